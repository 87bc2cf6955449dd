with arrived as (
    select orders.order_id, orders.ts
    from raw.orders as orders
),

-- How far the last run came.
watermark as (
    select max(facts.ts) as ts
    from core.facts
),

watermark_with_overlap as (select watermark.ts - interval '1 hour' as ts from watermark)

select arrived.order_id
from arrived
where arrived.ts > (select watermark_with_overlap.ts from watermark_with_overlap);

-- on the first build

with arrived as (
    select orders.order_id, orders.ts
    from raw.orders as orders
)

select arrived.order_id
from arrived
