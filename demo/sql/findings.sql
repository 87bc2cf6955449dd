with last_invocation as (
    select invocation_id
    from runner.invocations
    qualify row_number() over (order by recorded_at desc) = 1
)

select
    results.status,
    count(*) as checks,
    sum(results.failures) as failing_rows,
    listagg(iff(results.status = 'success', null, results.check_name), ', ')
    within group (order by results.check_name) as found
from runner.check_results as results
inner join last_invocation
    on results.invocation_id = last_invocation.invocation_id
group by results.status
order by results.status
