-- What each region should have delivered, and did; one row per region and day between the
-- first and the last batch that landed, also for a region that delivered nothing.
--
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
            input => array_generate_range(
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
        min(extracted_at)::date > dateadd('day', 1, batch_date) as is_late,
        max(extracted_at) as extracted_at,
        max(ingestion_ts) as loaded_at
    from regional_staging.typed_sales
    group by batch_date, region
)

select
    batch_days.batch_date,  -- The day that was extracted. @not_null
    known_regions.region,  -- The region. @not_null
    coalesce(delivered.landed_files, 0) as landed_files,  -- Files.
    coalesce(delivered.delivered_rows, 0) as delivered_rows,  -- Rows in them.
    -- Sales in them, corrections and deletions included, each once.
    coalesce(delivered.delivered_sales, 0) as delivered_sales,
    -- Whether it was first extracted later than the day after; null while it is missing.
    delivered.is_late,
    delivered.extracted_at,  -- When the last of the files was extracted, UTC.
    delivered.loaded_at  -- When the last of the files was loaded, UTC.
from batch_days
cross join known_regions
left join delivered
    on
        batch_days.batch_date = delivered.batch_date
        and known_regions.region = delivered.region
