with known as (select facts.order_id from core.facts)

select orders.order_id
from raw.orders as orders
inner join known
    on orders.order_id = known.order_id

-- on the first build

-- 1: core.facts reads itself where nothing can be left out
