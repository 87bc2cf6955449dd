-- @unique_key ordr
-- @updated_at updated_at

select
    order_id,
    ordered_at
from shop_raw.orders
