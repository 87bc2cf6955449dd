select facts.order_id
from core.facts
left join raw.orders as orders
    on orders.order_id = facts.order_id

-- on the first build

-- 2: core.facts reads itself where nothing can be left out
