with last_invocation as (
    select invocation_id
    from runner.invocations
    qualify row_number() over (order by recorded_at desc) = 1
)

select
    results.node,
    results.check_name,
    results.status,
    results.failures
from runner.check_results as results
inner join last_invocation
    on results.invocation_id = last_invocation.invocation_id
where results.status <> 'success'
order by results.node, results.check_name
