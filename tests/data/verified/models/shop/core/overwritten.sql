-- Wrong: each run leaves its own rows alone.
--
-- @materialized incremental
-- @incremental_strategy insert_overwrite

select distinct
    order_id,
    loaded_at
from shop_staging.stg_lines
where
    loaded_at > (
        select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
        from shop_core.overwritten as loaded
    )
