with cheapest as (select ps_partkey as part, min(ps_supplycost) as cost from partsupp group by all),
offered as (
    select
        ps_suppkey as key, count(*) as parts, count(*) filter (where ps_availqty = 0) as out,
        sum(ps_availqty * ps_supplycost) as stock,
        100 * sum(ps_supplycost)::double / sum(cost)::double as cost_index
    from partsupp join cheapest on part = ps_partkey group by all
),
delivered as (
    select
        l_suppkey as key, count(*) as lines,
        100 * avg((l_receiptdate > l_commitdate)::int) as late,
        100 * avg((l_returnflag = 'R')::int) as returned, avg(l_receiptdate - l_shipdate) as days
    from lineitem group by all
)
select
    s_suppkey as supplier_key, s_name as supplier_name, n_name as nation_name,
    r_name as region_name, parts as offered_parts, out as parts_out_of_stock,
    stock as stock_value, cost_index, coalesce(lines, 0) as delivered_lines,
    late as late_percent, returned as return_percent, days as average_days_in_transit,
    rank() over (order by round(cost_index, 2)) as cost_rank,
    rank() over (order by round(late, 2)) as punctuality_rank
from supplier
join nation on n_nationkey = s_nationkey
join region on r_regionkey = n_regionkey
join offered on offered.key = s_suppkey
left join delivered on delivered.key = s_suppkey
