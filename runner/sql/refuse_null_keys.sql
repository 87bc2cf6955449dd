-- A reason to stop when rows of the batch have an incomplete key.
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || {where}
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || {as_text} || ')' as example,
        count(*) over () as found
    from {batch}
    where {any_null}
    order by example
    limit 3
) as incomplete
having count(*) > 0
