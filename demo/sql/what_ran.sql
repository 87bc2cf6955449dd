with last_invocation as (
    select invocation_id
    from runner.invocations
    qualify row_number() over (order by recorded_at desc) = 1
),

checks as (
    select
        results.invocation_id,
        split_part(results.path, '/', 2) as area,
        count(*) as checks,
        count_if(results.status = 'warn') as warnings
    from runner.check_results as results
    group by results.invocation_id, split_part(results.path, '/', 2)
),

nodes as (
    select
        results.invocation_id,
        split_part(results.path, '/', 2) as area,
        count_if(results.resource_type <> 'check') as relations,
        sum(results.rows_written) as rows_written,
        sum(results.rows_quarantined) as rows_quarantined
    from runner.node_results as results
    group by results.invocation_id, split_part(results.path, '/', 2)
)

select
    nodes.area as business_area,
    nodes.relations,
    coalesce(nodes.rows_written, 0) as rows_written,
    coalesce(nodes.rows_quarantined, 0) as in_quarantine,
    coalesce(checks.checks, 0) as checks,
    coalesce(checks.warnings, 0) as warnings
from nodes
inner join last_invocation
    on nodes.invocation_id = last_invocation.invocation_id
left join checks
    on
        nodes.invocation_id = checks.invocation_id
        and nodes.area = checks.area
order by nodes.area
