-- A reason to stop when too many keys of a snapshot would be closed.
select gone::varchar || ' of ' || standing::varchar || {reason} as reason
from (
    select
        count(*) as standing,
        count_if(present.{first_key} is null) as gone
    from {snapshot} as recorded
    left join (select distinct {key} from {batch}) as present
        on {key:recorded=present}
    where recorded.is_current and not recorded.is_deleted
) as counted
where {too_many}
