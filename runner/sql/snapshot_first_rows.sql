-- The first build of a snapshot by comparison: every row, valid from the time of the run.
create or replace {transient}table {built}{cluster_by}{comment}
as
select
    batch.*,
    {moment} as valid_from,
    null::timestamp_ntz as valid_to,
    true as is_current,
    false as is_deleted
from {batch} as batch
