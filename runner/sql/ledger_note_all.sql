-- What became of several batches at once.
insert into runner.batches (
    node,
    generation,
    batch_start,
    batch_end,
    status,
    rows_read,
    invocation_id,
    recorded_at
)
select
    {node},
    {generation},
    noted.batch_start,
    noted.batch_end,
    noted.status,
    noted.rows_read,
    {invocation},
    sysdate()
from (
    values
    {rows}
) as noted (batch_start, batch_end, status, rows_read)
