-- Versions of stores as they landed, with types, and what is wrong with them; one row per
-- landed row, whether it is still in raw or has been archived since.

with landed as (
    select *
    from sales_raw.store_raw
    union all by name
    select *
    from sales_archive.store_raw
),

fields as (
    select
        nullif(upper(trim(store_id)), '') as store_id,
        nullif(trim(store_name), '') as store_name,
        nullif(upper(trim(store_type)), '') as store_type,
        nullif(trim(opening_date), '') as opening_date,
        nullif(trim(city), '') as city,
        nullif(trim(state), '') as state,
        nullif(trim(country), '') as country,
        nullif(trim(region), '') as region,
        nullif(trim(updated_at), '') as updated_at,
        ingestion_ts,
        file_name,
        file_row_number
    from landed
)

select
    fields.store_id,  -- The store.
    fields.store_name,  -- Its name on the door.
    fields.store_type,  -- How it sells.
    try_to_date(fields.opening_date) as opening_date,  -- When it opened.
    fields.city,  -- Town.
    fields.state,  -- State or province.
    fields.country,  -- Country.
    fields.region,  -- Sales region.
    -- From when this version holds, UTC.
    try_to_timestamp_ntz(fields.updated_at) as updated_at,
    -- When the file was written, by its name, else when it was loaded, UTC.
    coalesce(
        try_to_timestamp_ntz(
            regexp_substr(fields.file_name, '[0-9]{8}T[0-9]{6}'),
            'YYYYMMDD"T"HH24MISS'
        ),
        fields.ingestion_ts
    ) as delivered_at,
    fields.ingestion_ts,  -- When the scan of the file began, UTC.
    fields.file_name,  -- The file it came in.
    fields.file_row_number,  -- The row in that file.
    -- A value that is there and does not fit its type, as it came; else null.
    case
        when
            fields.store_type is not null
            and fields.store_type
            not in ('FLAGSHIP', 'OUTLET', 'KIOSK', 'ONLINE', 'WAREHOUSE')
            then 'store_type is not known: ' || fields.store_type
        when try_to_date(coalesce(fields.opening_date, '2000-01-01')) is null
            then 'opening_date is not a date: ' || fields.opening_date
        when
            fields.updated_at is not null
            and try_to_timestamp_ntz(fields.updated_at) is null
            then 'updated_at is not a timestamp: ' || fields.updated_at
    end as misfit
from fields
