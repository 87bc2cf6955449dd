-- As it should be: the keys that arrived, over all their rows, by load time with an overlap.
--
-- @materialized incremental
-- @unique_key order_id

with arrived as (
    select order_id
    from shop_staging.stg_lines
    where
        loaded_at > (
            select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
            from shop_core.sound as loaded
        )
)

select
    order_id,
    count(distinct product_id) as total_products,
    max(loaded_at) as loaded_at
from shop_staging.stg_lines
where order_id in (select arrived.order_id from arrived)
group by order_id
