-- Wrong: counts the lines that have just arrived.
--
-- @materialized incremental
-- @unique_key customer_id

select
    customer_id,
    count(distinct order_id) as total_orders,
    max(loaded_at) as loaded_at
from shop_staging.stg_lines
where
    loaded_at > (
        select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
        from shop_core.new_rows_alone as loaded
    )
group by customer_id
