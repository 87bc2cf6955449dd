-- Versions of stores that landed more than 90 days ago, as they landed; one row per landed row.
-- They are moved: what stands here stands in raw no more, and the views of the staging
-- layer read both.
--
-- @materialized incremental
-- @unique_key file_name, file_row_number, ingestion_ts
-- @move_from sales_raw.store_raw
-- @tags maintenance

select
    store_id,  -- The store.
    store_name,  -- Its name on the door.
    store_type,  -- FLAGSHIP, OUTLET, KIOSK, ONLINE or WAREHOUSE.
    opening_date,  -- When it opened.
    city,  -- Town.
    state,  -- State or province.
    country,  -- Country.
    region,  -- Sales region.
    updated_at,  -- From when this version holds, UTC.
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file, by its path in the bucket. @not_null
    file_row_number  -- The row in that file. @not_null
from sales_raw.store_raw
where ingestion_ts < dateadd('day', -90, current_date())
