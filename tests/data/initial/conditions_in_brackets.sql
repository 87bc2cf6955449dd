select orders.order_id
from raw.orders as orders
where
    (orders.a = 1 and (orders.order_id > (select max(facts.order_id) from core.facts)))
    and (orders.b = 1 or orders.order_id > (select max(facts.order_id) from core.facts))
    and not (orders.c = 1 and orders.order_id in (select facts.order_id from core.facts))

-- on the first build

select orders.order_id
from raw.orders as orders
where
    (orders.a = 1)
