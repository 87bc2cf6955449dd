-- Every order once.
--
-- @materialized table

select
    order_id,  -- @not_null @unique
    customer_id,  -- @references shop_core.customer(customer_id)
    total_amount,  -- @references shop_core.customers(id)
    ordered_at  -- @references customers
from shop_raw.orders
