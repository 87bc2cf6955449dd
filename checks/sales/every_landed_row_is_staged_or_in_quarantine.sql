-- Nothing is lost between landing and staging, nor on the way into the archive, and nothing
-- counts twice. What landed since the tables were built is not their business.

with all_rows as (
    select
        'stream' as source,
        ingestion_ts,
        1 as landed_rows,
        0 as staged_rows
    from sales_staging.typed_sales_raw
    union all
    select
        'stream' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_sales_raw
    union all
    select
        'stream' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_sales_raw__quarantine
    union all
    select
        'batch' as source,
        ingestion_ts,
        1 as landed_rows,
        0 as staged_rows
    from sales_staging.typed_sales_batch
    union all
    select
        'batch' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_sales_batch
    union all
    select
        'batch' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_sales_batch__quarantine
    union all
    select
        'products' as source,
        ingestion_ts,
        1 as landed_rows,
        0 as staged_rows
    from sales_staging.typed_products
    union all
    select
        'products' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_products
    union all
    select
        'products' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_products__quarantine
    union all
    select
        'stores' as source,
        ingestion_ts,
        1 as landed_rows,
        0 as staged_rows
    from sales_staging.typed_stores
    union all
    select
        'stores' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_stores
    union all
    select
        'stores' as source,
        ingestion_ts,
        0 as landed_rows,
        1 as staged_rows
    from sales_staging.stg_stores__quarantine
),

staged_until as (
    select
        source,
        max(ingestion_ts) as moment
    from all_rows
    where staged_rows = 1
    group by source
)

select
    all_rows.source,
    all_rows.ingestion_ts,
    sum(all_rows.landed_rows) as landed_rows,
    sum(all_rows.staged_rows) as staged_rows
from all_rows
inner join staged_until
    on
        all_rows.source = staged_until.source
        and all_rows.ingestion_ts <= staged_until.moment
group by all_rows.source, all_rows.ingestion_ts
having sum(all_rows.landed_rows) <> sum(all_rows.staged_rows)
