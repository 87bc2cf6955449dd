-- How much landed on each day in each raw table; one row per day (UTC) and raw table.
--
-- @unique loaded_on, table_name

select
    ingestion_ts::date as loaded_on,  -- The day, UTC. @not_null
    domain_name,  -- The domain. @not_null
    table_name,  -- The raw table. @not_null
    count(distinct file_name) as total_files,  -- Files that were loaded.
    count(*) as total_rows,  -- Rows that stand there still. @check total_rows > 0
    max(ingestion_ts) as last_load  -- UTC.
from enterprise_monitoring.landed_rows
group by ingestion_ts::date, domain_name, table_name
