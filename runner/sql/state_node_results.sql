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
select
    flattened.value:invocation_id::varchar,
    flattened.value:node::varchar,
    flattened.value:resource_type::varchar,
    flattened.value:materialized::varchar,
    flattened.value:path::varchar,
    flattened.value:status::varchar,
    flattened.value:reason::varchar,
    flattened.value:message::varchar,
    flattened.value:started_at::timestamp_ntz,
    flattened.value:seconds::float,
    flattened.value:rows_written::number(38, 0),
    flattened.value:query_ids::varchar
from table(flatten(input => parse_json({rows}))) as flattened
