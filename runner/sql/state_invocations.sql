insert into runner.invocations (
    invocation_id,
    status,
    recorded_at,
    command,
    target,
    selection,
    full_refresh,
    runner_version,
    seconds
)
select
    flattened.value:invocation_id::varchar,
    flattened.value:status::varchar,
    flattened.value:recorded_at::timestamp_ntz,
    flattened.value:command::varchar,
    flattened.value:target::varchar,
    flattened.value:selection::varchar,
    flattened.value:full_refresh::boolean,
    flattened.value:runner_version::varchar,
    flattened.value:seconds::float
from table(flatten(input => parse_json({rows}))) as flattened
