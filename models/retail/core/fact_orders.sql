-- Every order once, cleansed; one row per order. Of an order that arrived several times the
-- newest version counts: by its own time, then by load, file and row.
--
-- What arrived since the last run is told by load time with an hour of overlap, never by
-- the order's own time: a batch carries orders of the last 30 days.
--
-- @materialized incremental
-- @unique_key order_id
-- @cluster_by created_at
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
    store_id,  -- Where. @warn @references retail_core.dim_store(store_id)
    -- How far it has come. @accepted_values 'Pending', 'Shipped', 'Delivered', 'Returned'
    order_status,
    -- US dollars; missing or negative money counts as none. @check total_amount >= 0
    greatest(coalesce(total_amount, 0), 0)::number(12, 2) as total_amount,
    -- US dollars off the whole order. @check discount_amount >= 0
    greatest(coalesce(discount_amount, 0), 0)::number(12, 2) as discount_amount,
    -- US dollars. @check shipping_cost >= 0
    greatest(coalesce(shipping_cost, 0), 0)::number(12, 2) as shipping_cost,
    payment_type,  -- How it was paid.
    created_at,  -- When the order was placed, UTC. @not_null
    -- When the order last arrived, UTC. @not_null
    max(ingestion_ts) over (partition by order_id) as ingestion_ts
from retail_staging.stg_orders
where order_id in (select arrived_orders.order_id from arrived_orders)
qualify
    row_number() over (
        partition by order_id
        order by
            created_at desc,
            ingestion_ts desc,
            file_name desc,
            file_row_number desc
    ) = 1
