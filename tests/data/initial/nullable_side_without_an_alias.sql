select orders.order_id
from core.facts
right join raw.orders as orders
    on orders.order_id = facts.order_id
where facts.order_id is null

-- on the first build

select orders.order_id
from (select null as order_id where false) as facts
right join raw.orders as orders
    on orders.order_id = facts.order_id
where facts.order_id is null
