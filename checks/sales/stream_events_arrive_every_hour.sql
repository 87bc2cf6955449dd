-- When the last streamed sale landed.
--
-- @warn_after 1 hour

select max(ingestion_ts) as loaded_at
from sales_raw.sales_raw
