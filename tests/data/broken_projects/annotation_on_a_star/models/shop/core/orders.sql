select
    *  -- @not_null
from shop_raw.orders
