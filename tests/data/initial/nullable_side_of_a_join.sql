select
    orders.order_id,
    coalesce(old.first_seen, orders.ts)::timestamp_ntz as first_seen,
    try_cast(orders.amount as number(12, 2)) as amount
from raw.orders as orders
left join core.facts as old
    on orders.order_id = old.order_id

-- on the first build

select
    orders.order_id,
    coalesce(old.first_seen, orders.ts)::timestamp_ntz as first_seen,
    try_cast(orders.amount as number(12, 2)) as amount
from raw.orders as orders
left join (select null as order_id, null::timestampntz as first_seen, null::decimal(12, 2) as amount where false) as old
    on orders.order_id = old.order_id
