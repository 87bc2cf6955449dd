-- Nations, as last delivered; one row per nation.

select
    n_nationkey as nation_key,  -- The nation. @unique @quarantine @not_null
    n_name as nation_name,  -- Its name. @not_null
    -- The region it lies in.
    -- @not_null @references tpch_staging.stg_dim_region(region_key)
    n_regionkey as region_key,
    n_comment as nation_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.nation
qualify
    row_number() over (
        partition by n_nationkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or n_nationkey is null
