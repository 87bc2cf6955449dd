-- Right: an order is deleted when one of its lines is cancelled.
--
-- @materialized incremental
-- @unique_key order_id
-- @delete_when is_cancelled

with arrived as (
    select order_id
    from shop_staging.stg_lines
    where
        loaded_at > (
            select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
            from shop_core.deleted_by_flag as loaded
        )
)

select
    order_id,
    count_if(status = 'cancelled') > 0 as is_cancelled,
    max(loaded_at) as loaded_at
from shop_staging.stg_lines
where order_id in (select arrived.order_id from arrived)
group by order_id
