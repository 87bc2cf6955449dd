-- A reason to stop when rows that are only ever appended have come before.
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || {what}
    || iff(max(found) = 1, ' is', ' are')
    || ' in the table already, for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave out what is loaded, or use @incremental_strategy merge' as reason
from (
    select
        '(' || {as_text} || ')' as example,
        count(*) over () as found
    from {batch} as batch
    where exists (
        select 1
        from {relation} as loaded
        where {key:batch=loaded}
    )
    order by example
    limit 3
) as samples
having count(*) > 0
