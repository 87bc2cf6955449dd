-- Rows come as one text, since a long list of values is slow to parse: a line for each (chr 30),
-- its fields in the order of the columns (chr 31).
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
    options
)
select
    split_part(line, chr(31), 1),
    split_part(line, chr(31), 2),
    split_part(line, chr(31), 3)::timestamp_ntz,
    split_part(line, chr(31), 4),
    split_part(line, chr(31), 5),
    split_part(line, chr(31), 6),
    split_part(line, chr(31), 7)::boolean,
    split_part(line, chr(31), 8),
    try_to_double(split_part(line, chr(31), 9)),
    nullif(split_part(line, chr(31), 10), ''),
    nullif(split_part(line, chr(31), 11), '')
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, chr(30)))) as flattened
) as lines
