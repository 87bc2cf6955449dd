-- Orders, as last delivered; one row per order.
--
-- What is new is told by load time with an hour of overlap, never by the key: a new
-- order may have a lower key than old ones, and old ones are delivered again.
--
-- @materialized incremental
-- @unique_key order_key
-- @cluster_by year(order_date)

select
    o_orderkey as order_key,  -- The order. @unique @quarantine @not_null
    -- Who ordered. @not_null @references tpch_staging.stg_dim_customer(customer_key)
    o_custkey as customer_key,
    -- O: open, F: finished, P: partly finished.
    -- @not_null @accepted_values 'P', 'O', 'F'
    o_orderstatus as order_status,
    -- US dollars: the lines, less discount, plus tax. @not_null @check total_price >= 0
    o_totalprice as total_price,
    o_orderdate as order_date,  -- When it was placed. @not_null
    o_orderpriority as order_priority,  -- From 1-URGENT to 5-LOW.
    o_clerk as clerk,  -- Who took it.
    o_shippriority as ship_priority,  -- 0 for all.
    o_comment as order_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.orders
where
    ingestion_ts > (
        select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
        from tpch_staging.stg_fct_orders as loaded
    )
qualify
    row_number() over (
        partition by o_orderkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or o_orderkey is null
