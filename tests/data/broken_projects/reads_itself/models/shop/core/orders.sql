-- Every order once.
--
-- @materialized table

select
    order_id,  -- @not_null @unique
    customer_id,
    total_amount,
    ordered_at
from shop_raw.orders
where order_id > (select max(old.order_id) from shop_core.orders as old)
