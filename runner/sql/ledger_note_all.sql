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
    column1,
    column2,
    column3,
    column4,
    {invocation},
    sysdate()
from values
    {rows}
