-- Rows come as one text, as in state_node_results: a line for each (chr 30), its fields in the order
-- of the columns (chr 31), a null as chr 29.
insert into {table}
select
    {number},
    {fields}
from (
    select flattened.value::varchar as line
    from table(flatten(input => split({rows}, '\x1e'))) as flattened
) as lines
