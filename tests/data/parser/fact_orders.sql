-- Every order once, cleansed; one row per order.
--
-- @materialized incremental
-- @unique_key order_id
-- @cluster_by created_at, order_id
-- @check count(*) >= 100
-- @warn @check count_if(customer_id is null) / nullif(count(*), 0) < 0.05

with arrived_orders as (
    select order_id
    from retail_staging.stg_orders
    where
        ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from retail_core.fact_orders as loaded
        )
)

select
    order_id,  -- The order. @not_null @unique
    -- Who bought; a few customers are left out for want of a name.
    -- @warn @references retail_core.dim_customer(customer_id)
    customer_id,
    order_status,  -- @accepted_values 'Pending', 'Shipped', 'Delivered', 'Returned'
    -- US dollars; missing or negative money counts as none. @check total_amount >= 0
    greatest(coalesce(total_amount, 0), 0)::number(12, 2) as total_amount,
    created_at,
    max(ingestion_ts) over (partition by order_id) as ingestion_ts
from retail_staging.stg_orders
where order_id in (select arrived_orders.order_id from arrived_orders)
qualify
    row_number() over (
        partition by order_id
        order by created_at desc, ingestion_ts desc
    ) = 1
