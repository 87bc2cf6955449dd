-- What became of each region's batches; one row per region and day between the first and
-- the last batch that landed, also for a region that delivered nothing. A view: it tells
-- the truth also when a batch is held back and what depends on the fact is not built.
--
-- @materialized view
-- @unique batch_date, region

with staged as (
    select
        batch_date,
        region,
        count(*) as current_sales,
        hash_agg(sale_id, updated_at, total_amount) as versions
    from regional_staging.stg_sales
    where not is_deleted and coalesce(status, 'COMPLETED') = 'COMPLETED'
    group by batch_date, region
),

removed as (
    select
        batch_date,
        region,
        count(*) as removed_sales
    from regional_staging.stg_sales
    where is_deleted or status <> 'COMPLETED'
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
        count(*) as fact_sales,
        hash_agg(sale_id, updated_at, total_amount) as versions
    from regional_marts.sales_fact
    group by etl_batch_date, region
)

select
    batches.batch_date,  -- The day that was extracted. @not_null
    to_char(batches.batch_date, 'YYYYMMDD') as batch_id,  -- The same as YYYYMMDD.
    batches.region,  -- The region. @not_null
    -- Whether its sales are in the fact. Held back: its batch has not passed the gate.
    case
        when staged.versions is distinct from loaded.versions then 'held back'
        when batches.landed_files = 0 then 'missing'
        else 'loaded'
    end as load_state,
    -- Whether it was first extracted later than the day after; null while it is missing.
    batches.is_late,
    batches.landed_files,  -- Files.
    batches.delivered_rows,  -- Rows in them.
    -- Sales in them, corrections and deletions included, each once.
    batches.delivered_sales,
    -- Of these: in quarantine.
    coalesce(quarantined.quarantined_sales, 0) as quarantined_sales,
    coalesce(removed.removed_sales, 0) as removed_sales,  -- Of these: deleted or cancelled.
    -- Of these: of which another batch or file has a newer version.
    batches.delivered_sales
    - coalesce(quarantined.quarantined_sales, 0)
    - coalesce(removed.removed_sales, 0)
    - coalesce(staged.current_sales, 0) as superseded_sales,
    coalesce(staged.current_sales, 0) as current_sales,  -- Of these: to be in the fact.
    coalesce(loaded.fact_sales, 0) as fact_sales,  -- In the fact, brought by this batch.
    batches.extracted_at,  -- When the last of the files was extracted, UTC.
    batches.loaded_at  -- When the last of the files was loaded, UTC.
from regional_staging.expected_batches as batches
left join staged
    on
        batches.batch_date = staged.batch_date
        and batches.region = staged.region
left join removed
    on
        batches.batch_date = removed.batch_date
        and batches.region = removed.region
left join quarantined
    on
        batches.batch_date = quarantined.batch_date
        and batches.region = quarantined.region
left join loaded
    on
        batches.batch_date = loaded.etl_batch_date
        and batches.region = loaded.region
