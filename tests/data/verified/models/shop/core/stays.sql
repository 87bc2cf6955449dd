-- Wrong: a line that is cancelled after it was taken stays.
--
-- @materialized incremental
-- @unique_key order_id, product_id

with arrived as (
    select order_id
    from shop_staging.stg_lines
    where
        loaded_at > (
            select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
            from shop_core.stays as loaded
        )
)

select
    order_id,
    product_id,
    min(loaded_at) as loaded_at
from shop_staging.stg_lines
where order_id in (select arrived.order_id from arrived)
group by order_id, product_id
having count_if(status = 'cancelled') = 0
