with sold as (
    select
        l_partkey, l_orderkey, l_quantity, l_extendedprice * (1 - l_discount) as revenue,
        l_quantity * ps_supplycost as cost
    from lineitem, partsupp where l_partkey = ps_partkey and l_suppkey = ps_suppkey
),
totals as (
    select
        l_partkey as part, count(distinct l_orderkey) as orders, sum(l_quantity) as quantity,
        sum(revenue) as revenue, sum(cost) as cost, sum(revenue) - sum(cost) as margin
    from sold group by all
)
select
    p_partkey as part_key, p_name as part_name, p_mfgr as manufacturer, p_brand as brand,
    orders as order_count, quantity as total_quantity, revenue::decimal(18, 2) as total_revenue,
    cost::decimal(18, 2) as total_cost, margin::decimal(18, 2) as total_margin,
    100 * margin::double / revenue::double as margin_percent,
    1 + (select count(*) from totals as other where other.revenue > totals.revenue) as revenue_rank,
    1 + (select count(*) from totals as other where other.margin > totals.margin) as margin_rank
from totals join part on p_partkey = part
