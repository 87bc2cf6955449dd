-- Wrong: a batch by the order's own time is done when its first rows have come.
--
-- @materialized incremental
-- @incremental_strategy insert_overwrite
-- @batch year
-- @batch_by ordered_at
-- @begin 2024-01-01

select
    order_id,
    product_id,
    ordered_at
from shop_staging.stg_lines
where
    ordered_at >= $batch_start
    and ordered_at < $batch_end
