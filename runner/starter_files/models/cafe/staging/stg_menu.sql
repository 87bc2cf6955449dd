-- The menu with types; one row per change of an item.

select
    item_id,  -- The item. @not_null
    item_name,  -- What the board says.
    try_to_number(price, 12, 2) as price,  -- Euros. @not_null @check price > 0
    try_to_timestamp_ntz(updated_at) as updated_at,  -- When it was changed. @not_null
    ingestion_ts  -- When it was loaded, UTC.
from cafe_raw.menu
