select
    customer_id,
    last_name,
    city,
    to_char(valid_from, 'YYYY-MM-DD HH24:MI') as valid_from,
    to_char(valid_to, 'YYYY-MM-DD HH24:MI') as valid_to,
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
