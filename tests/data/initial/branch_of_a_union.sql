select orders.order_id
from raw.orders as orders
where orders.a = 1
union all
select returns.order_id
from raw.returns as returns
where returns.ts > (select max(facts.ts) from core.facts)
order by order_id

-- on the first build

select orders.order_id
from raw.orders as orders
where orders.a = 1
union all
select returns.order_id
from raw.returns as returns
order by order_id
