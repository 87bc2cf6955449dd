with sold as (
    select
        year(o_orderdate) as y, month(o_orderdate) as m, o_orderkey,
        l_extendedprice * (1 - l_discount) as revenue,
        l_extendedprice * (1 - l_discount) - l_quantity * ps_supplycost as profit
    from orders, lineitem, partsupp
    where o_orderkey = l_orderkey and l_partkey = ps_partkey and l_suppkey = ps_suppkey
),
months as (
    select
        y, m, count(distinct o_orderkey) as orders, count(*) as lines,
        sum(revenue) as revenue, sum(profit) as profit
    from sold group by all
),
years as (select y, avg(revenue::double) as usual from months group by all)
select
    make_date(y, m, 1) as month_start, y as order_year, m as order_month,
    orders as order_count, lines as line_count, revenue::decimal(18, 2) as total_revenue,
    profit::decimal(18, 2) as total_profit, 100 * profit::double / revenue::double as profit_percent,
    100 * revenue::double / usual as seasonal_index,
    100 * (
        revenue::double
        / (select before.revenue::double from months as before
            where before.y = months.y - 1 and before.m = months.m)
        - 1
    ) as change_percent
from months join years using (y)
