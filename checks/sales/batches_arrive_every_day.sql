-- When the last batch landed.
--
-- @warn_after 26 hours

select max(ingestion_ts) as loaded_at
from sales_raw.sales_batch_raw
