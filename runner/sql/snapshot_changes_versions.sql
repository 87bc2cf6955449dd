-- What changes in a snapshot by time: for every key in which something changed, its whole timeline,
-- computed anew from what is recorded and what has arrived.
with arrived as (
    select
        {columns:batch},
        {updated_at:batch}::timestamp_ltz::timestamp_ntz as version_at__
    from {batch} as batch
),

known_keys as (
    select
        {key:recorded},
        count_if(recorded.valid_to is null and not recorded.is_deleted) as open_rows__,
        max(iff(recorded.is_deleted, recorded.valid_from, recorded.valid_to)) as removed_at__,
        max(recorded.valid_from) as last_from__
    from {snapshot} as recorded
    group by {key:recorded}
),

arrived_keys as (
    select {key:arrived}, max(arrived.version_at__) as newest_at__
    from arrived
    group by {key:arrived}
),

new_versions as (
    select {columns:arrived}, arrived.version_at__
    from arrived
    left join (
        select distinct {key:recorded}, {updated_at:recorded}::timestamp_ltz::timestamp_ntz as version_at__
        from {snapshot} as recorded
    ) as known
        on {key:arrived=known} and arrived.version_at__ = known.version_at__
    where known.version_at__ is null
),

new_marks as (
    select
        {key:new_versions},
        new_versions.version_at__ as starts_at__,
        new_versions.version_at__,
        0 as is_removal__
    from new_versions
    union all
    -- keys that come back without a version of their own since they were deleted
    select
        {key:known_keys},
        greatest({moment}, dateadd(microsecond, 1, known_keys.removed_at__)) as starts_at__,
        null::timestamp_ntz as version_at__,
        0 as is_removal__
    from known_keys
    inner join arrived_keys
        on {key:known_keys=arrived_keys}
    where
        known_keys.open_rows__ = 0
        and arrived_keys.newest_at__ < known_keys.removed_at__{removals}
),

changed_keys as (
    select distinct {key:new_marks}
    from new_marks
),

recorded_rows as (
    select
        {columns:recorded},
        recorded.valid_from as starts_at__,
        recorded.valid_to as ends_at__,
        {updated_at:recorded}::timestamp_ltz::timestamp_ntz as version_at__,
        recorded.is_deleted as is_deleted__,
        lead(recorded.valid_from) over (
            partition by {key:recorded} order by recorded.valid_from
        ) as next_starts_at__
    from {snapshot} as recorded
    inner join changed_keys
        on {key:recorded=changed_keys}
),

points as (
    select
        {key},
        starts_at__,
        max(version_at__) as version_at__,
        min(is_removal__) as is_removal__,
        max(is_recorded__) as is_recorded__
    from (
        select {key}, starts_at__, version_at__, is_removal__, 0 as is_recorded__
        from new_marks
        union all
        select
            {key},
            starts_at__,
            version_at__,
            iff(is_deleted__, 1, 0) as is_removal__,
            1 as is_recorded__
        from recorded_rows
        union all
        -- a row that ends before the next one begins: there the key was deleted
        select
            {key},
            ends_at__ as starts_at__,
            null::timestamp_ntz as version_at__,
            1 as is_removal__,
            0 as is_recorded__
        from recorded_rows
        where ends_at__ is not null and ends_at__ is distinct from next_starts_at__
    ) as marks
    group by {key}, starts_at__
),

timeline as (
    select
        {key},
        starts_at__,
        lead(starts_at__) over (partition by {key} order by starts_at__) as ends_at__,
        max(version_at__) over (
            partition by {key}
            order by starts_at__
            rows between unbounded preceding and current row
        ) as version_at__,
        is_removal__,
        is_recorded__
    from points
),

versions as (
    select {columns}, version_at__
    from recorded_rows
    where starts_at__ = version_at__
    union all
    select {columns}, version_at__
    from new_versions
)

select
    {columns:versions},
    timeline.starts_at__ as valid_from,
    timeline.ends_at__ as valid_to,
    timeline.is_removal__ = 1 as is_deleted,
    timeline.version_at__
from timeline
inner join versions
    on {key:timeline=versions} and timeline.version_at__ = versions.version_at__{kept}
