-- The next run of a snapshot by comparison: what ended is closed, and what holds now is opened, in
-- one statement.
merge into {snapshot} as target
using (
    {changes}
) as source
    on {key:target=source} and target.valid_from = source.valid_from
when matched then update set valid_to = source.valid_to, is_current = false
when not matched then insert ({columns}, valid_from, valid_to, is_current, is_deleted)
values (
    {columns:source},
    source.valid_from,
    source.valid_to,
    true,
    source.is_deleted
)
