-- Regions of the world, as last delivered; one row per region.

select
    r_regionkey as region_key,  -- The region. @unique @quarantine @not_null
    r_name as region_name,  -- Its name. @not_null
    r_comment as region_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.region
qualify
    row_number() over (
        partition by r_regionkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or r_regionkey is null
