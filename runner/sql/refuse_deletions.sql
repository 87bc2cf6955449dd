-- A reason to stop when the query is empty, or when too many keys of a snapshot would be closed.
select
    iff(
        arrived.total_rows = 0,
        'the query gives no rows, and '
        || counted.standing::varchar
        || iff(counted.standing = 1, ' key is', ' keys are')
        || {empty},
        counted.gone::varchar || ' of ' || counted.standing::varchar || {too_many}
    ) as reason
from (
    select
        count(*) as standing,
        count_if(present.{first_key} is null) as gone
    from {snapshot} as recorded
    left join (select distinct {key} from {batch}) as present
        on {key:recorded=present}
    where recorded.is_current and not recorded.is_deleted
) as counted
cross join (select count(*) as total_rows from {batch}) as arrived
where counted.gone > 0 and (arrived.total_rows = 0 or {is_over})
