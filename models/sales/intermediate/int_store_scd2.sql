-- The versions of every store, each from its time to the next one's; one row per version.
-- A version that changes nothing is none; of one that was delivered again the last counts. A
-- version that scores below 75 is in quarantine and ends no other.
--
-- @materialized table
-- @unique store_id, version

with versions as (
    select
        *,
        data_quality_score >= 75 as is_good,
        hash(
            store_name, store_type, opening_date, city, state, country, region
        ) as content_hash
    from sales_staging.stg_stores
    qualify
        row_number() over (
            partition by store_id, updated_at, data_quality_score >= 75
            order by delivered_at desc, file_name desc, file_row_number desc
        ) = 1
),

changes as (
    select *
    from versions
    qualify
        content_hash is distinct from lag(content_hash) over (
            partition by store_id, is_good
            order by updated_at
        )
)

select
    store_id,  -- The store. @not_null
    -- Which version of the store, from 1.
    row_number() over (partition by store_id, is_good order by updated_at) as version,
    store_name,  -- Its name on the door.
    store_type,  -- How it sells.
    opening_date,  -- When it opened.
    city,  -- Town.
    state,  -- State or province.
    country,  -- Country.
    region,  -- Sales region.
    updated_at as effective_date,  -- From when it holds, UTC. @not_null
    -- Until when, this moment not included, UTC; null for the current version.
    -- @check effective_date < expiration_date
    lead(updated_at) over (
        partition by store_id, is_good
        order by updated_at
    ) as expiration_date,
    -- Whether it is the last one.
    lead(updated_at) over (
        partition by store_id, is_good
        order by updated_at
    ) is null as is_current,
    -- How much the row tells. @quarantine @check data_quality_score >= 75
    data_quality_score,
    ingestion_ts,  -- When it was loaded, UTC.
    file_name,  -- The file it came in.
    file_row_number  -- The row in that file.
from changes
