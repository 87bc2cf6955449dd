-- Every staged sale is counted once: in int_sales_unified or in its quarantine, a second
-- telling of the same order nowhere. What was staged since is not its business.

with tellings as (
    select
        order_id,
        ingestion_ts
    from sales_staging.stg_sales_raw
    union all
    select
        order_id,
        ingestion_ts
    from sales_staging.stg_sales_batch
),

kept as (
    select
        'unified' as place,
        ingestion_ts
    from sales_intermediate.int_sales_unified
    union all
    select
        'quarantine' as place,
        ingestion_ts
    from sales_intermediate.int_sales_unified__quarantine
),

counts as (
    select
        count(*) as total_tellings,
        count(*) - count(distinct tellings.order_id) as duplicates,
        (
            select count(*) from kept
            where kept.place = 'unified'
        ) as unified_sales,
        (
            select count(*) from kept
            where kept.place = 'quarantine'
        ) as quarantined_sales
    from tellings
    where tellings.ingestion_ts <= (select max(kept.ingestion_ts) from kept)
)

select
    total_tellings,
    duplicates,
    quarantined_sales,
    unified_sales
from counts
where unified_sales <> total_tellings - duplicates - quarantined_sales
