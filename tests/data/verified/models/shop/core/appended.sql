-- Wrong: the overlap takes rows again, and nothing tells that they are there.
--
-- @materialized incremental
-- @incremental_strategy append

select
    order_id,
    product_id,
    amount,
    status,
    loaded_at
from shop_staging.stg_lines
where
    loaded_at > (
        select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
        from shop_core.appended as loaded
    )
