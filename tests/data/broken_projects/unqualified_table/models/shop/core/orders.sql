with recent_orders as (
    select order_id
    from later_orders
),

later_orders as (
    select order_id
    from shop_raw.orders
)

select recent_orders.order_id
from recent_orders
left join recent_order
    on recent_orders.order_id = recent_order.order_id
inner join orders
    on recent_orders.order_id = orders.order_id
