-- Part of `differences` in snapshot_changes_rows: open keys that are absent from the query.
union all
select
    {columns:open_rows},
    true as is_deleted__,
    greatest({moment}, earliest.starts_at__) as starts_at__,
    open_rows.valid_from as closed_from__
from open_rows
inner join earliest
    on {key:open_rows=earliest}
left join {batch} as batch
    on {key:batch=open_rows}
where batch.{first_key} is null and not open_rows.is_deleted
