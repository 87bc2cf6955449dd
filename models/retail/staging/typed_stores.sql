-- Stores as they landed, with types, and the reason why a row does not fit;
-- one row per landed row.

with landed as (
    select
        nullif(trim(store_id), '') as store_id,
        nullif(trim(store_name), '') as store_name,
        nullif(trim(store_type), '') as store_type,
        nullif(trim(city), '') as city,
        nullif(trim(state_province), '') as state_province,
        nullif(trim(country), '') as country,
        nullif(trim(postal_code), '') as postal_code,
        nullif(trim(created_at), '') as created_at,
        ingestion_ts,
        file_name,
        file_row_number
    from retail_raw.stores
)

select
    landed.store_id,  -- The store.
    landed.store_name,  -- Its name on the door.
    landed.store_type,  -- Online, or brick and mortar.
    landed.city,  -- Town.
    landed.state_province,  -- State, province or region.
    landed.country,  -- Country.
    landed.postal_code,  -- Postal code.
    -- When this version was written, UTC.
    try_to_timestamp_ntz(landed.created_at) as created_at,
    landed.ingestion_ts,  -- When the scan of the file began, UTC.
    landed.file_name,  -- The file it came in.
    landed.file_row_number,  -- The row in that file.
    -- Whether the file holds all there are, rather than changes.
    contains('/' || landed.file_name, '/full_') as is_full_extract,
    -- When the file was written, by its name, else when it was loaded, UTC.
    coalesce(
        try_to_timestamp_ntz(
            regexp_substr(landed.file_name, '[0-9]{8}T[0-9]{6}'),
            'YYYYMMDD"T"HH24MISS'
        ),
        landed.ingestion_ts
    ) as delivered_at,
    -- What does not fit, with the value as it came; null for a row that fits.
    case
        when landed.store_id is null then 'store_id is missing'
        when landed.created_at is null then 'created_at is missing'
        when try_to_timestamp_ntz(landed.created_at) is null
            then 'created_at is not a timestamp: ' || landed.created_at
    end as rejection_reason
from landed
