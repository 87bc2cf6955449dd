select orders.order_id
from raw.orders as orders
union all
select facts.order_id
from core.facts

-- on the first build

-- 5: core.facts reads itself where nothing can be left out
