select orders.*
from raw.orders as orders
left join core.facts
    on orders.order_id = facts.order_id

-- on the first build

-- 1: a self-reference in a join needs known columns
