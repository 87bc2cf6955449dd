-- Every order once.
--
-- @warn @materialized table
-- @warn

select
    order_id,  -- @not_null @unique
    customer_id,  -- @warn
    total_amount,
    ordered_at
from shop_raw.orders
