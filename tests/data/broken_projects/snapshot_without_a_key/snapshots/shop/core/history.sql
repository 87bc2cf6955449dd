select
    order_id,
    ordered_at,
    true as is_current
from shop_raw.orders
