-- Streamed sales that landed more than 90 days ago, as they landed; one row per landed row.
-- They are moved: what stands here stands in raw no more, and the views of the staging
-- layer read both.
--
-- @materialized incremental
-- @unique_key file_name, file_row_number, ingestion_ts
-- @move_from sales_raw.sales_raw
-- @tags maintenance

select
    record_metadata,  -- Topic, partition, offset and time of the event.
    record_content,  -- The event: one sale.
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file, by its path in the bucket. @not_null
    file_row_number  -- The row in that file. @not_null
from sales_raw.sales_raw
where ingestion_ts < dateadd('day', -90, current_date())
