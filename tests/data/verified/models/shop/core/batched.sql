-- Right: batches by load time, and the one before runs again.
--
-- @materialized incremental
-- @incremental_strategy insert_overwrite
-- @batch year
-- @batch_by loaded_at
-- @begin 2024-01-01
-- @lookback 1

select
    order_id,
    product_id,
    loaded_at
from shop_staging.stg_lines
where
    loaded_at >= $batch_start
    and loaded_at < $batch_end
