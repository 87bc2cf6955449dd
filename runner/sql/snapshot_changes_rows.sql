-- What changes in a snapshot by comparison: the open rows of keys that changed, came back or are
-- gone, which are closed, and what holds now, which is opened.
with open_rows as (
    select {columns:recorded}, recorded.valid_from, recorded.is_deleted
    from {snapshot} as recorded
    where recorded.valid_to is null
),

earliest as (
    select
        {key:recorded},
        max(
            coalesce(recorded.valid_to, dateadd(microsecond, 1, recorded.valid_from))
        ) as starts_at__
    from {snapshot} as recorded
    group by {key:recorded}
),

differences as (
    select
        {columns:batch},
        false as is_deleted__,
        greatest({moment}, coalesce(earliest.starts_at__, {moment})) as starts_at__,
        open_rows.valid_from as closed_from__
    from {batch} as batch
    left join open_rows
        on {key:batch=open_rows}
    left join earliest
        on {key:batch=earliest}
    where
        open_rows.valid_from is null
        or open_rows.is_deleted{differs}{removals}
)

select
    {columns:differences},
    differences.closed_from__ as valid_from,
    differences.starts_at__ as valid_to,
    false as is_deleted
from differences
where differences.closed_from__ is not null
union all
select
    {columns:differences},
    differences.starts_at__ as valid_from,
    null::timestamp_ntz as valid_to,
    differences.is_deleted__ as is_deleted
from differences{kept}
