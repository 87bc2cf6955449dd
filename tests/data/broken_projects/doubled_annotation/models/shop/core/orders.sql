-- Every order once.
--
-- @materialized table
-- @materialized view

select
    order_id,  -- @not_null @not_null @unique
    customer_id,
    total_amount,
    ordered_at
from shop_raw.orders
