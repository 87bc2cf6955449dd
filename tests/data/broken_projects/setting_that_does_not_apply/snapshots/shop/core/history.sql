-- @unique_key order_id
-- @updated_at ordered_at
-- @materialized table
-- @max_deletes 10%

select
    order_id,
    ordered_at
from shop_raw.orders
