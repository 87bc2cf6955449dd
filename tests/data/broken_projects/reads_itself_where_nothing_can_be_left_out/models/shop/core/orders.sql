-- @materialized incremental
-- @unique_key order_id

select
    old.order_id,
    new.total_amount
from shop_core.orders as old
inner join shop_raw.orders as new
    on old.order_id = new.order_id
