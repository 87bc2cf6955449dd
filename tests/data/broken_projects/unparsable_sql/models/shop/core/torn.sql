select order_id
from shop_raw.orders
inner join shop_raw.orders as others using
