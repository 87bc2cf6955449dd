-- How many checks held on each day in each domain, and whether it gets better; one row per
-- day (UTC) and domain.
--
-- @unique checked_on, domain_name

with days as (
    select
        checked_at::date as checked_on,
        split_part(path, '/', 2) as domain_name,
        count(*) as total_checks,
        count_if(status = 'success') as held_checks,
        count_if(status = 'warn') as warnings,
        count_if(status in ('fail', 'error')) as failed_checks,
        coalesce(sum(failures), 0) as violating_rows
    from runner.check_results
    where path is not null
    group by checked_at::date, split_part(path, '/', 2)
)

select
    checked_on,  -- The day, UTC. @not_null
    domain_name,  -- The domain. @not_null
    total_checks,  -- Over all runs of the day. @check total_checks > 0
    held_checks,  -- Of them, those that held.
    warnings,  -- Of them, those that warned.
    failed_checks,  -- Of them, those that failed.
    violating_rows,  -- Rows that were found to break one.
    -- The share of checks that held. @check held_share between 0 and 1
    (held_checks / total_checks)::number(7, 6) as held_share,
    -- Against the day before on which any ran; null for the first.
    (
        held_checks / total_checks
        - lag(held_checks / total_checks) over (
            partition by domain_name
            order by checked_on
        )
    )::number(7, 6) as change_of_share
from days
