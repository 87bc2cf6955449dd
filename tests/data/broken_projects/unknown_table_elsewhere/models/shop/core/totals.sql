select orders.order_id
from shop_marts.orders as orders
