-- @materialized incremental
-- @delete_when ordered_at is null
-- @lookback 2

select ordered_at
from shop_raw.orders
