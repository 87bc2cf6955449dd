select orders.order_id
from raw.orders as orders
left join raw.returns as returns
    on
        orders.order_id = returns.order_id
        and returns.ts > (select max(facts.ts) from core.facts)

-- on the first build

-- 6: core.facts reads itself where nothing can be left out
