select 1 as one
from table('shop_raw.orders')
