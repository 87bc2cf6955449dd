with last_invocation as (
    select invocation_id
    from runner.invocations
    qualify row_number() over (order by recorded_at desc) = 1
)

select
    results.node,
    results.materialized as done_as,
    results.status,
    results.rows_written,
    results.seconds::number(9, 2) as seconds,
    results.reason
from runner.node_results as results
inner join last_invocation
    on results.invocation_id = last_invocation.invocation_id
order by results.started_at, results.node
