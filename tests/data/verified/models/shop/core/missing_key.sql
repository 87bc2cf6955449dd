-- Wrong: an order has several lines, and the key does not name the product.
--
-- @materialized incremental
-- @incremental_strategy merge
-- @unique_key order_id

select
    order_id,
    product_id,
    max(amount) as amount,
    max(loaded_at) as loaded_at
from shop_staging.stg_lines
where
    loaded_at > (
        select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
        from shop_core.missing_key as loaded
    )
group by order_id, product_id
