-- @materialized table

select
    order_id,
    customer_id,
    greatest(coalesce(total_amount, 0), 0 as total_amount
from shop_raw.orders
