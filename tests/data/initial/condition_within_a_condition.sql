select orders.order_id
from raw.orders as orders
where
    orders.order_id in (
        select changes.order_id
        from raw.changes as changes
        where changes.ts > (select max(facts.ts) from core.facts) and changes.valid
    )

-- on the first build

select orders.order_id
from raw.orders as orders
where
    orders.order_id in (
        select changes.order_id
        from raw.changes as changes
        where changes.valid
    )
