-- @materialized incremental
-- @batch day
-- @incremental_strategy append

select ordered_at
from shop_raw.orders
where ordered_at >= $batch_start and ordered_at < $batch_end
