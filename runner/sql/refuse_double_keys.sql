-- A reason to stop when a key has several rows in the batch.
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || {what}
    || iff(max(found) = 1, ' has', ' have')
    || ' several rows in this run, for example '
    || listagg(example, ', ') within group (order by example)
    || {advice} as reason
from (
    select
        '(' || {as_text} || ')' as example,
        count(*) over () as found
    from (
        select {key}
        from {batch}
        where {no_null}
        group by {key}
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
having count(*) > 0
