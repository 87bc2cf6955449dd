-- Versions of stores that can be used, with a score; one row per landed row. A row that is
-- invalid or scores below 70 is in quarantine, with the reason.
--
-- The score: 20 for the store, 15 each for name, type, country and region, 10 each for the
-- day it opened and the time of the version.
--
-- @materialized table

with judged as (
    select
        *,
        case
            when store_id is null then 'store_id is missing'
            when misfit is not null then misfit
            when updated_at is null then 'updated_at is missing'
            when updated_at > delivered_at
                then 'updated_at is in the future: ' || updated_at
            when opening_date > delivered_at
                then 'opening_date is in the future: ' || opening_date
        end as invalid_reason
    from sales_staging.typed_stores
)

select
    store_id,  -- The store. @not_null
    store_name,  -- Its name on the door.
    -- How it sells. @accepted_values 'FLAGSHIP', 'OUTLET', 'KIOSK', 'ONLINE', 'WAREHOUSE'
    store_type,
    opening_date,  -- When it opened.
    city,  -- Town.
    state,  -- State or province.
    country,  -- Country.
    region,  -- Sales region.
    updated_at,  -- From when this version holds, UTC. @not_null
    invalid_reason,  -- Why the row is invalid: null here, told in quarantine.
    -- Whether it says which store, from when, and nothing absurd.
    -- @quarantine @check is_valid_record
    invalid_reason is null as is_valid_record,
    -- How much of a store the row tells, 0 to 100.
    -- @quarantine @check data_quality_score >= 70
    iff(store_id is not null, 20, 0)
    + iff(store_name is not null, 15, 0)
    + iff(store_type is not null, 15, 0)
    + iff(country is not null, 15, 0)
    + iff(region is not null, 15, 0)
    + iff(opening_date is not null, 10, 0)
    + iff(updated_at is not null, 10, 0) as data_quality_score,
    delivered_at,  -- When the file was written, UTC. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from judged
