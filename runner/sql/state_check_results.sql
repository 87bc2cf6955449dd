insert into runner.check_results (
    invocation_id,
    node,
    check_name,
    check_kind,
    severity,
    status,
    failures,
    message,
    path,
    line,
    checked_at
)
values
    {rows}
