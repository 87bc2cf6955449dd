-- The batches whose rows in the table were written by one invocation.
select
    batch_start,
    batch_end
from (
    select
        batch_start,
        batch_end,
        status,
        invocation_id
    from runner.batches
    where node = {node}
    qualify
        generation = max(generation) over ()
        and row_number() over (
            partition by generation, batch_start, batch_end, iff(status = 'failed', 1, 0)
            order by recorded_at desc
        ) = 1
) as newest
where status in ('done', 'partial') and invocation_id = {invocation}
order by batch_start
