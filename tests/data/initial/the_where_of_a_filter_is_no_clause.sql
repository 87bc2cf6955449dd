select orders.order_id
from raw.orders as orders
where
    orders.a = 1
    and orders.order_id > (
        select count(*) filter (where orders.a in (select facts.order_id from core.facts)) as n
        from raw.orders as orders
    )

-- on the first build

select orders.order_id
from raw.orders as orders
where
    orders.a = 1
