-- What became of the batch that the session's variables bound.
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
    $batch_start,
    $batch_end,
    {status},
    {rows},
    {invocation},
    sysdate()
