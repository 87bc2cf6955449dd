with changed_customers as (
    select customer_id
    from retail_core.customers_snapshot
    where first_name is not null and last_name is not null
    group by customer_id
    having count(*) > 1 and count_if(is_current) = 1
)

select
    customer_id,
    first_name,
    last_name,
    city,
    country,
    valid_from,
    valid_to,
    is_current
from retail_core.customers_snapshot
where customer_id = (select min(changed_customers.customer_id) from changed_customers)
order by valid_from
