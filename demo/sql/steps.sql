with last_invocation as (
    select invocation_id
    from runner.invocations
    qualify row_number() over (order by recorded_at desc) = 1
)

select
    results.node,
    results.materialized as made_as,
    results.rows_written as written,
    results.reason as why
from runner.node_results as results
inner join last_invocation
    on results.invocation_id = last_invocation.invocation_id
where results.resource_type <> 'check'
order by results.started_at, results.node
