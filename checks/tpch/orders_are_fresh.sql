-- When the last order landed. Before the first one there is nothing to be late.
--
-- @warn_after 8 hours
-- @error_after 1 day

select coalesce(max(ingestion_ts), sysdate()) as loaded_at
from tpch_raw.orders
