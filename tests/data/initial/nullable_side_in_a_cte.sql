with known as (
    select facts.order_id
    from core.facts
    where facts.order_id > 0
)

select orders.order_id
from raw.orders as orders
full outer join known
    on orders.order_id = known.order_id

-- on the first build

with known as (
    select facts.order_id
    from (select null as order_id where false) as facts
    where facts.order_id > 0
)

select orders.order_id
from raw.orders as orders
full outer join known
    on orders.order_id = known.order_id
