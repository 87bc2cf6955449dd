-- A reason to stop when rows do not belong to the batch that the session's variables bound.
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || {where}
    || listagg(example, ', ') within group (order by example)
    || '; such rows would come again with every run' as reason
from (
    select
        {column}::varchar as example,
        count(*) over () as found
    from {batch}
    where not ({column} >= $batch_start and {column} < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0
