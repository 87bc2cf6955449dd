-- The log has every order.

select orders.order_id
from shop_core.fact_orders as orders
left join shop_core.order_log as logged
    on orders.order_id = logged.order_id
where logged.order_id is null
