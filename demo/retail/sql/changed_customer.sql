with changed_customers as (
    select customer_id
    from retail_core.customers_snapshot
    where first_name is not null and last_name is not null
    group by customer_id
    having count(*) > 1 and count_if(is_current) = 1
)

select
    customer_id,
    last_name,
    city,
    to_char(valid_from, 'YYYY-MM-DD HH24:MI') as valid_from,
    to_char(valid_to, 'YYYY-MM-DD HH24:MI') as valid_to,
    is_current
from retail_core.customers_snapshot
where customer_id = (select min(changed_customers.customer_id) from changed_customers)
order by valid_from
