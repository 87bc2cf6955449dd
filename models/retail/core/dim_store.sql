-- Stores as they are now: the newest version of each; one row per store.

select
    store_id,  -- The store. @not_null @unique
    store_name,  -- Its name on the door.
    -- Where it sells. @accepted_values 'Online', 'Brick and Mortar'
    store_type,
    city,  -- Town.
    state_province,  -- State, province or region.
    country,  -- Country.
    postal_code,  -- Postal code.
    created_at  -- When this version was written, UTC. @not_null
from retail_staging.stg_stores
qualify
    row_number() over (
        partition by store_id
        order by
            created_at desc,
            delivered_at desc,
            file_name desc,
            file_row_number desc
    ) = 1
