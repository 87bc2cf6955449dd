-- @unique_key order_id
-- @updated_at ordered_at

select
    order_id,
    ordered_at
from shop_raw.orders
