-- Every order once.
--
-- @materialised table

select
    order_id,  -- @not_null @unique
    customer_id,
    total_amount,
    ordered_at
from shop_raw.orders
