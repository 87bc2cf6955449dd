-- An increment loses no order line, however late it arrives.
-- What landed since the table was built is not its business.

select
    staged.order_id,
    staged.product_id
from retail_staging.stg_orderitems as staged
where
    staged.ingestion_ts <= (
        select max(loaded.ingestion_ts)
        from retail_core.fact_orderitems as loaded
    )
    and not exists (
        select 1
        from retail_core.fact_orderitems as lines
        where
            lines.order_id = staged.order_id
            and lines.product_id = staged.product_id
    )
