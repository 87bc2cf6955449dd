-- How much landed on each day from each source, and how much of it was left out; one row per
-- day (UTC) and source.
--
-- @unique loaded_on, source

select
    ingestion_ts::date as loaded_on,  -- The day it was loaded, UTC. @not_null
    source,  -- Where it came from. @accepted_values 'stream', 'batch', 'products', 'stores'
    count(distinct file_name) as total_files,
    count(*) as total_rows,  -- Rows that landed. @check total_rows > 0
    count_if(is_quarantined) as quarantined_rows,
    -- The share of rows that are in quarantine. @check error_rate between 0 and 1
    (count_if(is_quarantined) / count(*))::number(7, 6) as error_rate
from sales_monitoring.judged_rows
group by ingestion_ts::date, source
