-- @materialized incremental
-- @unique_key order_id
-- @delete_when is_delted or order_id is null
-- @batch day
-- @batch_by order_on
-- @begin 2024-01-01

select
    order_id,
    ordered_at,
    false as is_deleted
from shop_raw.orders
where ordered_at >= $batch_start and ordered_at < $batch_end
