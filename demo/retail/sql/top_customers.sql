select
    first_name || ' ' || last_name as customer,
    lifetime_spend,
    total_orders
from retail_marts.dim_customer_profile
order by lifetime_spend desc, customer_id asc
limit 10
