-- The last run that recorded anything, with a row for each node that it did not bring to an end.
with last_runs as (
    select
        invocation_id,
        command,
        options,
        recorded_at
    from runner.invocations
    where
        status = 'running'
        and command in ('build', 'check', 'retry')
    order by recorded_at desc
    limit 1
),

unfinished_nodes as (
    select
        invocation_id,
        node
    from runner.node_results
    where status in ('error', 'fail', 'skipped')
    union all
    select
        invocation_id,
        node
    from runner.unknown_nodes
)

select
    last_runs.command,
    last_runs.options,
    last_runs.recorded_at,
    unfinished_nodes.node
from last_runs
left join unfinished_nodes
    on last_runs.invocation_id = unfinished_nodes.invocation_id
