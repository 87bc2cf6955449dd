with delivered as (
    select
        l_partkey, l_suppkey, count(*) as lines, sum(l_quantity) as quantity,
        count(*) filter (where l_receiptdate > l_commitdate) as late,
        count(*) filter (where l_returnflag = 'R') as returned,
        sum(l_receiptdate - l_shipdate) as days
    from lineitem group by all
),
offered as (
    select
        ps_partkey as part, min(ps_supplycost) as least, count(*) as suppliers,
        count(*) filter (where ps_availqty > 0) as in_stock
    from partsupp group by all
)
select
    p_partkey as part_key, p_name as part_name, p_mfgr as manufacturer, p_brand as brand,
    p_retailprice as retail_price, s_suppkey as supplier_key, s_name as supplier_name,
    n_name as nation_name, r_name as region_name, ps_availqty as avail_qty,
    ps_supplycost as supply_cost, ps_availqty * ps_supplycost as stock_value,
    least as least_supply_cost, suppliers as supplier_count, in_stock as suppliers_in_stock,
    coalesce(lines, 0) as delivered_lines, coalesce(quantity, 0) as delivered_quantity,
    coalesce(late, 0) as late_lines, coalesce(returned, 0) as returned_lines,
    coalesce(days, 0) as total_days_in_transit
from partsupp
join part on p_partkey = ps_partkey
join supplier on s_suppkey = ps_suppkey
join nation on n_nationkey = s_nationkey
join region on r_regionkey = n_regionkey
join offered on part = ps_partkey
left join delivered on l_partkey = ps_partkey and l_suppkey = ps_suppkey
