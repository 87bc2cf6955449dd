select orders.order_id
from raw.orders as orders
where
    orders.order_id not in (select facts.order_id from core.facts)
    and exists (select 1 as one from core.facts)
group by orders.order_id

-- on the first build

select orders.order_id
from raw.orders as orders
group by orders.order_id
