-- The next run of a snapshot by time: rows that differ from their key's timeline are updated, rows
-- that are missing inserted, and no row is ever deleted.
merge into {snapshot} as target
using (
    {changes}
) as source
    on {key:target=source} and target.valid_from = source.valid_from
when matched and (
    target.valid_to is distinct from source.valid_to
    or {updated_at:target}::timestamp_ltz::timestamp_ntz is distinct from source.version_at__
) then update set
    {settings}valid_to = source.valid_to,
    is_current = source.valid_to is null,
    is_deleted = source.is_deleted
when not matched then insert ({columns}, valid_from, valid_to, is_current, is_deleted)
values (
    {columns:source},
    source.valid_from,
    source.valid_to,
    source.valid_to is null,
    source.is_deleted
)
