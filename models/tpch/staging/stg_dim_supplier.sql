-- Suppliers, as last delivered; one row per supplier.

select
    s_suppkey as supplier_key,  -- The supplier. @unique @quarantine @not_null
    s_name as supplier_name,  -- The supplier's name. @not_null
    s_address as supplier_address,  -- Street and number.
    -- Where the supplier is.
    -- @not_null @references tpch_staging.stg_dim_nation(nation_key)
    s_nationkey as nation_key,
    s_phone as supplier_phone,  -- In clear here; no analyst reads this schema.
    s_acctbal as account_balance,  -- US dollars; negative for a debt.
    s_comment as supplier_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.supplier
qualify
    row_number() over (
        partition by s_suppkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or s_suppkey is null
