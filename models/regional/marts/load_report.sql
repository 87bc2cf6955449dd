-- What became of each region's batches; one row per region and day between the first and
-- the last batch that landed, also for a region that delivered nothing. A view: it tells
-- the truth also when a batch is held back and what depends on the fact is not built.
--
-- @materialized view
-- @unique batch_date, region

with landed_span as (
    select
        min(batch_date) as first_date,
        max(batch_date) as last_date
    from regional_staging.delivered_batches
),

batch_days as (
    select dateadd('day', counted.value::number, landed_span.first_date) as batch_date
    from
        landed_span,
        lateral flatten(
            array_generate_range(
                0, datediff('day', landed_span.first_date, landed_span.last_date) + 1
            )
        ) as counted
),

known_regions as (
    select column1 as region
    from
        values
        ('US-EAST'),
        ('US-WEST'),
        ('EUROPE'),
        ('APAC')
),

delivered as (
    select
        batch_date,
        region,
        count(distinct file_name) as landed_files,
        count(*) as delivered_rows,
        count(distinct sale_key) as delivered_sales,
        max(extracted_at) as extracted_at,
        max(ingestion_ts) as loaded_at,
        min(extracted_at)::date > dateadd('day', 1, batch_date) as is_late
    from regional_staging.typed_sales
    group by batch_date, region
),

staged as (
    select
        batch_date,
        region,
        count_if(is_deleted or status <> 'COMPLETED') as removed_sales,
        count(*) - count_if(is_deleted or status <> 'COMPLETED') as current_sales
    from regional_staging.stg_sales
    group by batch_date, region
),

quarantined as (
    select
        batch_date,
        region,
        count(*) as quarantined_sales
    from regional_staging.stg_sales__quarantine
    group by batch_date, region
),

loaded as (
    select
        etl_batch_date,
        region,
        count(*) as fact_sales
    from regional_marts.sales_fact
    group by etl_batch_date, region
)

select
    batch_days.batch_date,  -- The day that was extracted. @not_null
    to_char(batch_days.batch_date, 'YYYYMMDD') as batch_id,  -- The same as YYYYMMDD.
    known_regions.region,  -- The region. @not_null
    -- Whether its sales are in the fact. Held back: its batch has not passed the gate, or
    -- landed after that batch had run and waits for a backfill.
    case
        when delivered.landed_files is null then 'missing'
        when
            coalesce(loaded.fact_sales, 0) <> coalesce(staged.current_sales, 0)
            then 'held back'
        else 'loaded'
    end as load_state,
    -- Extracted later than the day after; null while it is missing.
    delivered.is_late,
    coalesce(delivered.landed_files, 0) as landed_files,  -- Files.
    coalesce(delivered.delivered_rows, 0) as delivered_rows,  -- Rows in them.
    -- Sales in them, corrections and deletions included, each once.
    coalesce(delivered.delivered_sales, 0) as delivered_sales,
    -- Of these: in quarantine.
    coalesce(quarantined.quarantined_sales, 0) as quarantined_sales,
    coalesce(staged.removed_sales, 0) as removed_sales,  -- Of these: deleted or cancelled.
    -- Of these: of which another batch or file has a newer version.
    coalesce(delivered.delivered_sales, 0)
    - coalesce(quarantined.quarantined_sales, 0)
    - coalesce(staged.removed_sales, 0)
    - coalesce(staged.current_sales, 0) as superseded_sales,
    coalesce(staged.current_sales, 0) as current_sales,  -- Of these: to be in the fact.
    coalesce(loaded.fact_sales, 0) as fact_sales,  -- In the fact, brought by this batch.
    delivered.extracted_at,  -- When the last of the files was extracted, UTC.
    delivered.loaded_at  -- When the last of the files was loaded, UTC.
from batch_days
cross join known_regions
left join delivered
    on
        batch_days.batch_date = delivered.batch_date
        and known_regions.region = delivered.region
left join staged
    on
        batch_days.batch_date = staged.batch_date
        and known_regions.region = staged.region
left join quarantined
    on
        batch_days.batch_date = quarantined.batch_date
        and known_regions.region = quarantined.region
left join loaded
    on
        batch_days.batch_date = loaded.etl_batch_date
        and known_regions.region = loaded.region
