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
select
    flattened.value:invocation_id::varchar,
    flattened.value:node::varchar,
    flattened.value:check_name::varchar,
    flattened.value:check_kind::varchar,
    flattened.value:severity::varchar,
    flattened.value:status::varchar,
    flattened.value:failures::number(38, 0),
    flattened.value:message::varchar,
    flattened.value:path::varchar,
    flattened.value:line::number(38, 0),
    flattened.value:checked_at::timestamp_ntz
from table(flatten(input => parse_json({rows}))) as flattened
