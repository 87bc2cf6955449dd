-- The objective, told for a day: two hours after the first file of a batch has landed, the
-- ledger says that the batch is done, with what had landed by then.

with landed_batches as (
    select
        batch_date,
        batch_id,
        min(loaded_at) as landed_at
    from regional_marts.load_report
    where loaded_at > dateadd('day', -1, sysdate())
    group by batch_date, batch_id
)

select
    landed_batches.batch_id,
    landed_batches.landed_at,
    min(runs.recorded_at) as done_at
from landed_batches
left join runner.batches as runs
    on
        landed_batches.batch_date = runs.batch_start
        and runs.node = 'regional_marts.sales_fact'
        and runs.status in ('done', 'partial')
        and landed_batches.landed_at <= runs.recorded_at
group by landed_batches.batch_id, landed_batches.landed_at
having
    coalesce(min(runs.recorded_at), sysdate())
    > dateadd('hour', 2, landed_batches.landed_at)
