-- Which supplier offers which part, at what cost, as last
-- delivered; one row per part and supplier.
--
-- @unique part_key, supplier_key

select
    -- The part. @quarantine @not_null @references tpch_staging.stg_dim_part(part_key)
    ps_partkey as part_key,
    -- Who offers it.
    -- @quarantine @not_null @references tpch_staging.stg_dim_supplier(supplier_key)
    ps_suppkey as supplier_key,
    -- Pieces in stock; 0 when it has run out. @not_null @check avail_qty >= 0
    ps_availqty as avail_qty,
    -- US dollars that the supplier takes for one piece.
    -- @not_null @check supply_cost >= 0
    ps_supplycost as supply_cost,
    ps_comment as partsupp_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.partsupp
qualify
    row_number() over (
        partition by ps_partkey, ps_suppkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or ps_partkey is null
    or ps_suppkey is null
