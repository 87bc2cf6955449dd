-- Every order once.
--
-- @materialized

select
    order_id,  -- @not_null @unique
    customer_id,  -- @references
    total_amount,  -- @check
    ordered_at
from shop_raw.orders
