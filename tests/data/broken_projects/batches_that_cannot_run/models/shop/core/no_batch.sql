-- @materialized table
-- @begin 2024-01-01

select ordered_at
from shop_raw.orders
where ordered_at >= $batch_start
