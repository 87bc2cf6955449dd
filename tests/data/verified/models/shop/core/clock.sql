-- Wrong: notes when it ran.
--
-- @materialized incremental
-- @unique_key order_id

select
    order_id,
    max(loaded_at) as loaded_at,
    current_timestamp()::timestamp_ntz as built_at
from shop_staging.stg_lines
where
    loaded_at > (
        select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
        from shop_core.clock as loaded
    )
group by order_id
