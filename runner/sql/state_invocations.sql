insert into runner.invocations (
    invocation_id,
    status,
    recorded_at,
    command,
    target,
    selection,
    full_refresh,
    runner_version,
    seconds,
    nodes,
    options,
    anew
)
values
    {rows}
