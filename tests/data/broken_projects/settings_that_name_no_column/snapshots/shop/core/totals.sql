-- @unique_key order_id
-- @check_columns total, ordered_at

select *
from shop_raw.orders
