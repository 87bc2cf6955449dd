with recursive steps as (
    select max(facts.order_id) as order_id
    from core.facts
    union all
    select steps.order_id + 1 as order_id
    from steps
    where steps.order_id < 10
)

select orders.order_id
from raw.orders as orders
where orders.a = 1 and orders.order_id in (select steps.order_id from steps)

-- on the first build

select orders.order_id
from raw.orders as orders
where orders.a = 1
