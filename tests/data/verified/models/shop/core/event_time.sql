-- Wrong: what is new is told by the order's own time.
--
-- @materialized incremental
-- @unique_key order_id, product_id

select
    order_id,
    product_id,
    max(amount) as amount,
    max(ordered_at) as ordered_at
from shop_staging.stg_lines
where
    ordered_at > (
        select coalesce(max(loaded.ordered_at), '1970-01-01')
        from shop_core.event_time as loaded
    )
group by order_id, product_id
