-- Rows come as one text, since a long list of values is slow to parse: a line for each (`\x1e`),
-- its fields in the order of the columns (`\x1f`).
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
    split_part(line, '\x1f', 1),
    split_part(line, '\x1f', 2),
    split_part(line, '\x1f', 3),
    split_part(line, '\x1f', 4),
    split_part(line, '\x1f', 5),
    split_part(line, '\x1f', 6),
    split_part(line, '\x1f', 7)::number,
    split_part(line, '\x1f', 8),
    split_part(line, '\x1f', 9),
    split_part(line, '\x1f', 10)::number,
    split_part(line, '\x1f', 11)::timestamp_ntz
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, '\x1e'))) as flattened
) as lines
