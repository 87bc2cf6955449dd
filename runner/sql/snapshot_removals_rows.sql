-- Part of `differences` in snapshot_merge_rows: open keys that are absent from the query.
union all
select
    {open_columns},
    true as is_deleted__,
    greatest({moment}, earliest.starts_at__) as starts_at__,
    open_rows.valid_from as closed_from__
from open_rows
inner join earliest
    on {open_is_known}
left join {batch} as batch
    on {batch_is_open}
where batch.{first_key} is null and not open_rows.is_deleted
