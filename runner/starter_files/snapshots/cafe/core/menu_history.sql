-- What each item has cost; one row per item and version.
--
-- @unique_key item_id
-- @updated_at updated_at

select
    item_id,  -- The item. @not_null
    item_name,  -- What the board says.
    price,  -- Euros.
    updated_at  -- When it was changed. @not_null
from cafe_staging.stg_menu
