select 1 as one
from identifier('shop_raw.orders')
