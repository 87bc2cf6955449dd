-- A reason to stop when rows that are only ever appended have come before.
select
    found::varchar
    || iff(found = 1, ' value', ' values')
    || {what}
    || iff(found = 1, ' is', ' are')
    || ' in the table already, for example ' || example
    || '; leave out what is loaded, or use @incremental_strategy merge' as reason
from (
    select count(*) as found, min({as_text}) as example
    from {batch} as batch
    where exists (
        select 1
        from {relation} as loaded
        where {key:batch=loaded}
    )
) as counted
where found > 0
