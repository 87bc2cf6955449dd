select
    orders.order_id,
    count(*) as order_lines
from raw.orders as orders
where orders.a is distinct from orders.b
group by orders.order_id
having count(*) > 1 and max(orders.ts) > (select max(facts.ts) from core.facts)
qualify
    row_number() over (order by orders.order_id) > (select count(*) from core.facts)
    and sum(orders.a) over (partition by orders.b) > 0

-- on the first build

select
    orders.order_id,
    count(*) as order_lines
from raw.orders as orders
where orders.a is distinct from orders.b
group by orders.order_id
having count(*) > 1
qualify
    sum(orders.a) over (partition by orders.b) > 0
