-- Sales by the customers' names.
--
-- @check sum(total_amount) > 0

select
    customers.customer_id,  -- @not_null @references shop_core.dim_customer(customer_id)
    customers.customer_name,
    orders.total_amount
from shop_core.dim_customer as customers
inner join shop_core.orders_by_customer as orders
    on customers.customer_id = orders.customer_id
