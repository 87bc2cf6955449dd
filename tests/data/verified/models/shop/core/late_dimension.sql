-- Wrong: a customer's name that arrives after the order is not looked at again.
--
-- @materialized incremental
-- @unique_key order_id

with arrived as (
    select order_id
    from shop_staging.stg_lines
    where
        loaded_at > (
            select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
            from shop_core.late_dimension as loaded
        )
)

select
    lines.order_id,
    min(customers.customer_name) as customer_name,
    max(lines.loaded_at) as loaded_at
from shop_staging.stg_lines as lines
left join shop_raw.customers
    on lines.customer_id = customers.customer_id
where lines.order_id in (select arrived.order_id from arrived)
group by lines.order_id
