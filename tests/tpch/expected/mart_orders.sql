select
    o_orderkey as order_key, l_linenumber as line_number, o_orderdate as order_date,
    o_orderstatus as order_status, o_orderpriority as order_priority, c_custkey as customer_key,
    c_name as customer_name, c_mktsegment as market_segment, n_name as customer_nation_name,
    r_name as customer_region_name, p_partkey as part_key, p_name as part_name,
    p_mfgr as manufacturer, p_brand as brand, p_type as part_type, l_suppkey as supplier_key,
    l_quantity as quantity, l_extendedprice as extended_price, l_discount as discount,
    l_tax as tax, l_extendedprice * (1 - l_discount) as discounted_price,
    l_extendedprice * (1 - l_discount) * (1 + l_tax) as charge,
    l_quantity * ps_supplycost as supply_cost,
    l_extendedprice * (1 - l_discount) - l_quantity * ps_supplycost as profit,
    l_returnflag as return_flag, l_linestatus as line_status, l_shipdate as ship_date,
    l_commitdate as commit_date, l_receiptdate as receipt_date, l_shipmode as ship_mode,
    l_receiptdate > l_commitdate as is_late
from orders, lineitem, customer, nation, region, part, partsupp
where
    o_orderkey = l_orderkey and o_custkey = c_custkey and c_nationkey = n_nationkey
    and n_regionkey = r_regionkey and l_partkey = p_partkey
    and l_partkey = ps_partkey and l_suppkey = ps_suppkey
