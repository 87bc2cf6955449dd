-- Rows come as one text, since a long list of values is slow to parse: a line for each (`\x1e`),
-- its fields in the order of the columns (`\x1f`).
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
    split_part(line, '\x1f', 1),
    split_part(line, '\x1f', 2),
    split_part(line, '\x1f', 3),
    split_part(line, '\x1f', 4),
    split_part(line, '\x1f', 5),
    split_part(line, '\x1f', 6),
    split_part(line, '\x1f', 7),
    split_part(line, '\x1f', 8),
    split_part(line, '\x1f', 9)::timestamp_ntz,
    split_part(line, '\x1f', 10)::float,
    try_to_number(split_part(line, '\x1f', 11)),
    split_part(line, '\x1f', 12),
    try_to_number(split_part(line, '\x1f', 13)),
    nullif(split_part(line, '\x1f', 14), ''),
    nullif(split_part(line, '\x1f', 15), ''),
    nullif(split_part(line, '\x1f', 16), ''),
    nullif(split_part(line, '\x1f', 17), '')
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, '\x1e'))) as flattened
) as lines
