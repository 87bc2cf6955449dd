-- The fact holds each batch as staging has it. One that has not passed its gate must be
-- delivered again; one that passes and is told here all the same is filled again by
-- `runner build -s sales_fact+` with its day as --batch-start and the next as --batch-end.
-- What is in the fact is right, so that nothing waits for this check.

with ledger as (
    select
        batch_start,
        status
    from runner.batches
    where node = 'regional_marts.sales_fact' and batch_start is not null
    qualify
        row_number() over (
            partition by batch_start
            order by recorded_at desc
        ) = 1
)

select
    report.batch_id,
    report.region,
    report.current_sales,
    report.fact_sales,
    ledger.status as last_run,
    report.extracted_at
from regional_marts.load_report as report
left join ledger
    on report.batch_date = ledger.batch_start
where report.load_state = 'held back'
