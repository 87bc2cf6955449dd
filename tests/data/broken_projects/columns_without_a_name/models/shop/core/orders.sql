select
    order_id,
    coalesce(total_amount, 0),
    order_id,
    count(*) over ()
from shop_raw.orders
