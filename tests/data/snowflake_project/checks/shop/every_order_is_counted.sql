-- The customers' orders add up to all orders.

select
    counted.total_orders,
    stored.total_orders as stored_orders
from (
    select sum(orders_by_customer.total_orders) as total_orders
    from shop_marts.orders_by_customer
) as counted
cross join (
    select count(*) as total_orders
    from shop_core.fact_orders
) as stored
where counted.total_orders <> stored.total_orders
