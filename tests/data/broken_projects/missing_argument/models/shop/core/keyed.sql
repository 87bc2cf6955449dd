-- @materialized incremental
-- @unique_key

select order_id from shop_raw.orders
