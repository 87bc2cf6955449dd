-- When the last sync landed.
--
-- @warn_after 36 hours

select max(ingestion_ts) as loaded_at
from shopify_raw.orders
