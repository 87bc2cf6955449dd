with watermark as (
    select coalesce(max(facts.ts), '1970-01-01') as ts
    from core.facts
),

arrived as (
    select orders.order_id
    from raw.orders as orders
    where orders.ts > (select watermark.ts from watermark)
)

select arrived.order_id
from arrived

-- on the first build

with arrived as (
    select orders.order_id
    from raw.orders as orders
)

select arrived.order_id
from arrived
