-- Each version of a customer ends where the next begins, or before: when it was deleted.

with versions as (
    select
        customer_id,
        created_at,
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (
            partition by customer_id
            order by valid_from
        ) as next_valid_from
    from retail_core.customers_snapshot
)

select
    customer_id,
    valid_from,
    valid_to,
    is_current,
    next_valid_from
from versions
where
    valid_to <= valid_from
    or valid_to > next_valid_from
    or (valid_to is null and next_valid_from is not null)
    or is_current is distinct from (valid_to is null)
