with arrived_orders as (
    select orders.order_id
    from raw.orders as orders
    where
        orders.ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from core.facts as loaded
        )
)

select
    orders.order_id,
    orders.ingestion_ts
from raw.orders as orders
where orders.order_id in (select arrived_orders.order_id from arrived_orders)
qualify row_number() over (partition by orders.order_id order by orders.ingestion_ts desc) = 1

-- on the first build

with arrived_orders as (
    select orders.order_id
    from raw.orders as orders
)

select
    orders.order_id,
    orders.ingestion_ts
from raw.orders as orders
where orders.order_id in (select arrived_orders.order_id from arrived_orders)
qualify row_number() over (partition by orders.order_id order by orders.ingestion_ts desc) = 1
