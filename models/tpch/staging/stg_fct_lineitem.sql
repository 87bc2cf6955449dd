-- Lines of the orders, as last delivered; one row per order and line.
--
-- What is new is told by load time with an hour of overlap, never by the key: a new
-- order may have a lower key than old ones, and old ones are delivered again.
--
-- @materialized incremental
-- @unique_key order_key, line_number
-- @cluster_by year(ship_date)
-- @unique order_key, line_number

select
    -- The order.
    -- @quarantine @not_null @references tpch_staging.stg_fct_orders(order_key)
    l_orderkey as order_key,
    l_linenumber as line_number,  -- The line in its order. @quarantine @not_null
    -- What was ordered. @not_null @references tpch_staging.stg_dim_part(part_key)
    l_partkey as part_key,
    -- Who delivers it.
    -- @not_null @references tpch_staging.stg_dim_supplier(supplier_key)
    l_suppkey as supplier_key,
    l_quantity as quantity,  -- Pieces. @not_null @check quantity > 0
    -- US dollars: pieces times retail price. @not_null @check extended_price >= 0
    l_extendedprice as extended_price,
    -- Share of the price. @not_null @check discount between 0 and 1
    l_discount as discount,
    -- Share of the discounted price. @not_null @check tax between 0 and 1
    l_tax as tax,
    -- R: returned, A: accepted, N: neither yet. @accepted_values 'R', 'A', 'N'
    l_returnflag as return_flag,
    l_linestatus as line_status,  -- O: open, F: finished. @accepted_values 'O', 'F'
    l_shipdate as ship_date,  -- When it left. @not_null
    l_commitdate as commit_date,  -- When it was to arrive. @not_null
    -- When it arrived. @not_null @check receipt_date >= ship_date
    l_receiptdate as receipt_date,
    l_shipinstruct as ship_instruct,  -- What to do on delivery.
    l_shipmode as ship_mode,  -- How it travels.
    l_comment as lineitem_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.lineitem
where
    ingestion_ts > (
        select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
        from tpch_staging.stg_fct_lineitem as loaded
    )
qualify
    row_number() over (
        partition by l_orderkey, l_linenumber
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or l_orderkey is null
    or l_linenumber is null
