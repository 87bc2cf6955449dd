select orders.order_id
from retail_prod.shop_raw.orders as orders
