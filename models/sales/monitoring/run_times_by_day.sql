-- How long each relation of the sales took to build and each check to run, day by day, and how
-- often it failed; one row per day (UTC) and relation or check. What was only checked again is left
-- out.
--
-- @unique started_on, node

select
    started_at::date as started_on,  -- The day, UTC. @not_null
    node,  -- The relation or check. @not_null
    count(*) as total_runs,  -- @check total_runs > 0
    count_if(status in ('error', 'fail')) as failed_runs,
    avg(seconds)::number(12, 3) as average_seconds,
    max(seconds)::number(12, 3) as longest_seconds,
    sum(rows_written) as rows_written,
    sum(rows_quarantined) as rows_quarantined
from runner.node_results
where
    status in ('success', 'warn', 'fail', 'error')
    and (
        (node like 'sales@_%' escape '@' and coalesce(materialized, '') <> 'check')
        or node like 'check:sales/%'
    )
group by started_at::date, node
