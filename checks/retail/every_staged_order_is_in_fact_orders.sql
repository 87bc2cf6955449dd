-- An increment loses no order, however late it arrives.
-- What landed since the table was built is not its business.

select staged.order_id
from retail_staging.stg_orders as staged
where
    staged.ingestion_ts <= (
        select max(loaded.ingestion_ts)
        from retail_core.fact_orders as loaded
    )
    and not exists (
        select 1
        from retail_core.fact_orders as orders
        where orders.order_id = staged.order_id
    )
