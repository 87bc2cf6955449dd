with unused as (select facts.order_id from core.facts),

orders as (select orders.order_id from raw.orders as orders)

select orders.order_id
from orders

-- on the first build

with orders as (select orders.order_id from raw.orders as orders)

select orders.order_id
from orders
