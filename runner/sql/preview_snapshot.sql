-- What the next run of a snapshot would do, by key: how many are new, changed and closed, and some
-- of each as they are now and as they would be. `changes` is the query that the run would record.
with changes as (
    {changes}
),

opened as (
    select {columns:changes}, changes.valid_from
    from changes
    where changes.valid_to is null and not changes.is_deleted
),

standing as (
    select {columns:recorded}, recorded.valid_from
    from {recorded} as recorded
    where recorded.valid_to is null and not recorded.is_deleted
),

touched_keys as (
    select
        {key:touched},
        case
            when standing.valid_from is null and opened.valid_from is not null then 'new'
            when standing.valid_from is not null and opened.valid_from is null then 'closed'
            else 'changed'
        end as change__,
        {before},
        {after}
    from (select distinct {key:changes} from changes) as touched
    left join opened
        on {key:touched=opened}
    left join standing
        on {key:touched=standing}
)

select
    change__,
    count(*) over (partition by change__) as total_keys__,
    {key},
    {before_names},
    {after_names}
from touched_keys
qualify row_number() over (partition by change__ order by {key}) <= {sample_rows}
order by change__, {key}
