-- When the last file landed.
--
-- @warn_after 26 hours

select max(ingestion_ts) as loaded_at
from regional_raw.sales
