with watermark as (select max(facts.ts) as ts from core.facts)

select orders.order_id
from raw.orders as orders
where orders.a = 1 and orders.ts > (select watermark.ts from watermark)

-- on the first build

select orders.order_id
from raw.orders as orders
where orders.a = 1
