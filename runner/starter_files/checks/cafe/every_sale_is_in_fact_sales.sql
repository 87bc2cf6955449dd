-- A sale that landed must be counted.

select stg_sales.sale_id
from cafe_staging.stg_sales
where
    not exists (
        select 1
        from cafe_core.fact_sales
        where fact_sales.sale_id = stg_sales.sale_id
    )
