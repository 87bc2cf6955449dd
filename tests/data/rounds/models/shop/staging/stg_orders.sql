-- Orders as they landed, typed; one row per order and delivery.

select
    order_id,  -- @not_null
    customer_id,
    amount::number(12, 2) as amount,  -- @check amount > 0
    ordered_on::date as ordered_on,
    delivery
from shop_raw.orders
