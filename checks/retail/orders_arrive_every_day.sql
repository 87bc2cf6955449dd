-- When the last order landed.
--
-- @warn_after 24 hours

select max(ingestion_ts) as loaded_at
from retail_raw.orders
