-- Rows come as one text: a line for each (chr 30), its fields in the order of the columns (chr 31).
insert into runner.clone_baseline (relation, token, version)
select
    split_part(line, chr(31), 1),
    split_part(line, chr(31), 2),
    split_part(line, chr(31), 3)
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, chr(30)))) as flattened
) as lines
