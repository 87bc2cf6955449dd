-- Right: notes when it ran, and says that a merge leaves that alone.
--
-- @materialized incremental
-- @unique_key order_id
-- @merge_exclude_columns built_at

with arrived as (
    select order_id
    from shop_staging.stg_lines
    where
        loaded_at > (
            select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
            from shop_core.clock_left_out as loaded
        )
)

select
    order_id,
    max(loaded_at) as loaded_at,
    current_timestamp()::timestamp_ntz as built_at
from shop_staging.stg_lines
where order_id in (select arrived.order_id from arrived)
group by order_id
