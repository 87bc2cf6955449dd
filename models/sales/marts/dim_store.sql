-- Stores in all their versions; one row per version.

select
    -- The store and from when the version holds, in one. @not_null @unique
    md5(store_id || '|' || to_char(effective_date, 'YYYYMMDDHH24MISSFF9')) as store_key,
    store_id,  -- The store. @not_null
    version,  -- Which version, from 1.
    store_name,  -- Its name on the door.
    store_type,  -- FLAGSHIP, OUTLET, KIOSK, ONLINE or WAREHOUSE.
    opening_date,  -- When it opened.
    city,  -- Town.
    state,  -- State or province.
    country,  -- Country.
    region,  -- Sales region.
    effective_date,  -- From when the version holds, UTC. @not_null
    expiration_date,  -- Until when, not included, UTC; null for the current version.
    is_current  -- Whether it is the last version.
from sales_intermediate.int_store_scd2
