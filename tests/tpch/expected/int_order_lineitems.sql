select
    l_orderkey as order_key, l_linenumber as line_number, o_custkey as customer_key,
    l_partkey as part_key, l_suppkey as supplier_key, o_orderstatus as order_status,
    o_orderdate as order_date, o_orderpriority as order_priority, l_quantity as quantity,
    l_extendedprice as extended_price, l_discount as discount, l_tax as tax,
    l_extendedprice * (1 - l_discount) as discounted_price,
    l_extendedprice * (1 - l_discount) * (1 + l_tax) as charge,
    l_quantity * ps_supplycost as supply_cost,
    l_extendedprice * (1 - l_discount) - l_quantity * ps_supplycost as profit,
    l_returnflag as return_flag, l_linestatus as line_status, l_shipdate as ship_date,
    l_commitdate as commit_date, l_receiptdate as receipt_date, l_shipmode as ship_mode,
    l_shipdate - o_orderdate as days_to_ship, l_receiptdate - l_shipdate as days_in_transit,
    l_receiptdate > l_commitdate as is_late
from lineitem, orders, partsupp
where l_orderkey = o_orderkey and l_partkey = ps_partkey and l_suppkey = ps_suppkey
