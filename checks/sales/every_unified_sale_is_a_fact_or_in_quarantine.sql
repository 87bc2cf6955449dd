-- No sale is lost on the way into fact_sales, and none stands there that is unified no more.
-- What was unified since the table was built is not its business.

with kept as (
    select
        order_id,
        ingestion_ts
    from sales_marts.fact_sales
    union all
    select
        order_id,
        ingestion_ts
    from sales_marts.fact_sales__quarantine
),

unified as (
    select
        order_id,
        ingestion_ts
    from sales_intermediate.int_sales_unified
)

select
    unified.order_id as unified_order_id,
    kept.order_id as kept_order_id
from unified
full outer join kept
    on unified.order_id = kept.order_id
where
    kept.order_id is null
    and unified.ingestion_ts <= (select max(newest.ingestion_ts) from kept as newest)
    or unified.order_id is null
