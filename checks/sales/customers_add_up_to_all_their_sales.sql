-- What the customers have bought is what was sold to anybody who is known.

with all_sales as (
    select
        count(*) as total_orders,
        coalesce(sum(net_amount), 0) as net_amount
    from sales_marts.fact_sales
    where customer_id is not null
),

all_customers as (
    select
        coalesce(sum(total_orders), 0) as total_orders,
        coalesce(sum(lifetime_value), 0) as net_amount
    from sales_marts.dim_customer
)

select
    all_customers.total_orders,
    all_sales.total_orders as expected_orders,
    all_customers.net_amount,
    all_sales.net_amount as expected_net_amount
from all_customers
cross join all_sales
where
    all_customers.total_orders <> all_sales.total_orders
    or all_customers.net_amount <> all_sales.net_amount
