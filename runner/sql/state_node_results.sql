insert into runner.node_results (
    invocation_id,
    node,
    resource_type,
    materialized,
    path,
    status,
    reason,
    message,
    started_at,
    seconds,
    rows_written,
    query_ids
)
values
    {rows}
