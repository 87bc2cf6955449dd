select orders.order_id
from raw.orders as orders
where
    orders.a = 1
    or orders.order_id > (select max(facts.order_id) from core.facts) and orders.b = 2

-- on the first build

select orders.order_id
from raw.orders as orders
