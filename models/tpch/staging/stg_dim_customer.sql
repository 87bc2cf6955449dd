-- Customers, as last delivered; one row per customer.

select
    c_custkey as customer_key,  -- The customer. @unique @quarantine @not_null
    c_name as customer_name,  -- The customer's name. @not_null
    c_address as customer_address,  -- Street and number.
    -- Where the customer lives.
    -- @not_null @references tpch_staging.stg_dim_nation(nation_key)
    c_nationkey as nation_key,
    c_phone as customer_phone,  -- In clear here; no analyst reads this schema.
    c_acctbal as account_balance,  -- US dollars; negative for a debt.
    c_mktsegment as market_segment,  -- Line of business. @not_null
    c_comment as customer_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.customer
qualify
    row_number() over (
        partition by c_custkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or c_custkey is null
