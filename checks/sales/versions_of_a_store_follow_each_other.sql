-- Each version of a store ends where the next begins, without overlap or gap, and only the
-- last is current.

with versions as (
    select
        store_id,
        version,
        effective_date,
        expiration_date,
        is_current,
        lead(effective_date) over (
            partition by store_id
            order by version
        ) as next_effective_date
    from sales_intermediate.int_store_scd2
)

select
    store_id,
    version,
    effective_date,
    expiration_date,
    is_current,
    next_effective_date
from versions
where
    expiration_date <= effective_date
    or expiration_date is distinct from next_effective_date
    or is_current is distinct from (expiration_date is null)
