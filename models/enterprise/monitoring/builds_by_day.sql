-- How long the relations of each domain took to build, day by day, what was written, and how
-- often one failed; one row per day (UTC) and domain.
--
-- @unique started_on, domain_name

select
    started_at::date as started_on,  -- The day, UTC. @not_null
    split_part(path, '/', 2) as domain_name,  -- The domain. @not_null
    count(distinct invocation_id) as total_runs,  -- Runs that built anything of it.
    count(*) as total_results,  -- Relations and files of checks, over all runs.
    count_if(status in ('error', 'fail')) as failed_results,  -- Of them, those that failed.
    -- The share of those. @check error_rate between 0 and 1
    (count_if(status in ('error', 'fail')) / count(*))::number(7, 6) as error_rate,
    sum(seconds)::number(12, 3) as total_seconds,  -- Of all statements, one after another.
    max(seconds)::number(12, 3) as longest_seconds,  -- Of the slowest relation.
    coalesce(sum(rows_written), 0) as rows_written,  -- Where statements count them.
    coalesce(sum(rows_quarantined), 0) as rows_quarantined  -- Sent to quarantine.
from runner.node_results
where
    started_at is not null
    and path is not null
group by started_at::date, split_part(path, '/', 2)
