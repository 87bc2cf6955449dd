with known as (select facts.order_id from core.facts)

select orders.order_id
from raw.orders as orders
left join known
    on orders.order_id = known.order_id
where
    known.order_id is null
    and orders.order_id > (select max(known.order_id) from known)

-- on the first build

with known as (select facts.order_id from (select null as order_id where false) as facts)

select orders.order_id
from raw.orders as orders
left join known
    on orders.order_id = known.order_id
where
    known.order_id is null
