select order_id
from shop_raw.orders
where
