-- Part of `new_marks` in snapshot_changes_versions: open keys that are absent from the query.
union all
select
    {key:known_keys},
    greatest({moment}, dateadd(microsecond, 1, known_keys.last_from__)) as starts_at__,
    null::timestamp_ntz as version_at__,
    1 as is_removal__
from known_keys
left join arrived_keys
    on {key:known_keys=arrived_keys}
where known_keys.open_rows__ > 0 and arrived_keys.newest_at__ is null
