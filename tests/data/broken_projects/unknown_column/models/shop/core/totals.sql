select
    orders.order_id,
    orders.total_amount
from shop_core.orders as orders
