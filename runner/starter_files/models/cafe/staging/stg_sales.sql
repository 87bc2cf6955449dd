-- Sales with types; one row per landed row.

select
    try_to_number(sale_id) as sale_id,  -- The sale. @not_null
    item_id,  -- What was sold. @not_null
    try_to_number(quantity) as quantity,  -- How many. @check quantity > 0
    try_to_timestamp_ntz(sold_at) as sold_at,  -- When, UTC. @not_null
    ingestion_ts  -- When it was loaded, UTC.
from cafe_raw.sales
