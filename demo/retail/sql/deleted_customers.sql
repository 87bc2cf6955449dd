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
where
    customer_id in (
        select versions.customer_id
        from retail_core.customers_snapshot as versions
        group by versions.customer_id
        having count_if(versions.is_current) = 0
    )
order by customer_id, valid_from
