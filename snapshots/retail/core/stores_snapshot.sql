-- The history of every store: one row per version, in order, however many land at once.
-- A store that is absent from the newest full extract, and from the changes since, has
-- been deleted; of a version that was delivered again with the same time the last counts.
--
-- @unique_key store_id
-- @updated_at created_at
-- @hard_deletes invalidate
-- @max_deletes 10%

with delivered_stores as (
    select typed.store_id
    from retail_staging.typed_stores as typed
    where
        typed.delivered_at >= (
            select coalesce(max(extracts.delivered_at), '1970-01-01')
            from retail_staging.typed_stores as extracts
            where extracts.is_full_extract
        )
)

select
    store_id,  -- The store. @not_null
    store_name,  -- Its name on the door.
    store_type,  -- Online, or brick and mortar.
    city,  -- Town.
    state_province,  -- State, province or region.
    country,  -- Country.
    postal_code,  -- Postal code.
    created_at  -- When this version was written, UTC. @not_null
from retail_staging.stg_stores
where store_id in (select delivered_stores.store_id from delivered_stores)
qualify
    row_number() over (
        partition by store_id, created_at
        order by delivered_at desc, file_name desc, file_row_number desc
    ) = 1
