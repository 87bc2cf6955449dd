select 'it's as name
from shop_raw.orders
