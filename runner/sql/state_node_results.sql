-- Rows come as one text, since a long list of values is slow to parse: a line for each (chr 30),
-- its fields in the order of the columns (chr 31).
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
    query_ids,
    rows_quarantined,
    fingerprint,
    inputs,
    version,
    column_versions
)
select
    split_part(line, chr(31), 1),
    split_part(line, chr(31), 2),
    split_part(line, chr(31), 3),
    split_part(line, chr(31), 4),
    split_part(line, chr(31), 5),
    split_part(line, chr(31), 6),
    split_part(line, chr(31), 7),
    split_part(line, chr(31), 8),
    split_part(line, chr(31), 9)::timestamp_ntz,
    split_part(line, chr(31), 10)::float,
    try_to_number(split_part(line, chr(31), 11)),
    split_part(line, chr(31), 12),
    try_to_number(split_part(line, chr(31), 13)),
    nullif(split_part(line, chr(31), 14), ''),
    nullif(split_part(line, chr(31), 15), ''),
    nullif(split_part(line, chr(31), 16), ''),
    nullif(split_part(line, chr(31), 17), '')
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, chr(30)))) as flattened
) as lines
