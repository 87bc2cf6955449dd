-- A reason to stop when a key has several rows in the batch.
select
    found::varchar
    || iff(found = 1, ' value', ' values')
    || {what}
    || iff(found = 1, ' has', ' have')
    || ' several rows in this run, for example ' || example || {advice} as reason
from (
    select count(*) as found, min({as_text}) as example
    from (
        select {key}
        from {batch}
        where {no_null}
        group by {key}
        having count(*) > 1
    ) as doubled
) as counted
where found > 0
