-- The first build of a snapshot by time: every version, valid until the next one of its key.
create or replace {transient}table {built}{cluster_by}{comment}
as
select
    versions.*,
    versions.valid_to is null as is_current,
    false as is_deleted
from (
    select
        batch.*,
        {updated_at:batch}::timestamp_ltz::timestamp_ntz as valid_from,
        lead({updated_at:batch}::timestamp_ltz::timestamp_ntz) over (partition by {key} order by {updated_at:batch}::timestamp_ltz::timestamp_ntz) as valid_to
    from {batch} as batch
) as versions
