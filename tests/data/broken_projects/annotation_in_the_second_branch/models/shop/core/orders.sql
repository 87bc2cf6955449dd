select order_id  -- @not_null
from shop_raw.orders
union all
select customer_id  -- @not_null
from shop_raw.orders
