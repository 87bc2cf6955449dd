select newer.order_id
from (
    select orders.order_id
    from raw.orders as orders
    where orders.ts > (select max(facts.ts) from core.facts)
) as newer
where newer.order_id > 0

-- on the first build

select newer.order_id
from (
    select orders.order_id
    from raw.orders as orders
) as newer
where newer.order_id > 0
