-- Rows come as one text: a line for each (`\x1e`), its fields in the order of the columns (`\x1f`).
insert into runner.clone_baseline (relation, token, version)
select
    split_part(line, '\x1f', 1),
    split_part(line, '\x1f', 2),
    split_part(line, '\x1f', 3)
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, '\x1e'))) as flattened
) as lines
