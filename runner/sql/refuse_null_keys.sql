-- A reason to stop when rows of the batch have an incomplete key.
select
    found::varchar
    || iff(found = 1, ' row of this run has', ' rows of this run have')
    || {reason} as reason
from (
    select count(*) as found
    from {batch}
    where {any_null}
) as incomplete
where found > 0
