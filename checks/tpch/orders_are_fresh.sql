-- When the last order landed.
--
-- @warn_after 8 hours
-- @error_after 1 day

select max(ingestion_ts) as loaded_at
from tpch_raw.orders
