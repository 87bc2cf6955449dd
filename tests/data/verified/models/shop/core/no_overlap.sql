-- Wrong: the load time is compared without an overlap.
--
-- @materialized incremental
-- @unique_key order_id

with arrived as (
    select order_id
    from shop_staging.stg_lines
    where
        loaded_at > (
            select coalesce(max(loaded.loaded_at), '1970-01-01')
            from shop_core.no_overlap as loaded
        )
)

select
    order_id,
    count(distinct product_id) as total_products,
    max(loaded_at) as loaded_at
from shop_staging.stg_lines
where order_id in (select arrived.order_id from arrived)
group by order_id
