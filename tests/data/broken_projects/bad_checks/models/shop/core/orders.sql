-- Every order once.
--
-- @materialized table

select
    order_id,  -- @not_null @unique
    customer_id,  -- @check customer_id >
    total_amount,  -- @accepted_values 'a', b
    ordered_at  -- @check ordered_at in (select max(ordered_at) from shop_raw.orders) @unique order_id
from shop_raw.orders
