-- The segment is told in the expectation of mart_customer_summary.
with bought as (
    select
        o_custkey as key, count(*) as orders, sum(o_totalprice) as spend, max(o_orderdate) as last,
        (select max(o_orderdate) from orders) - max(o_orderdate) as silence,
        round((max(o_orderdate) - min(o_orderdate)) / (count(*) - 1), 1) as usual
    from orders group by all having count(*) > 2
)
select
    c_custkey as customer_key, c_name as customer_name, c_mktsegment as market_segment,
    n_name as nation_name, orders as order_count, spend as total_spend,
    last as last_order_date, silence as days_since_last_order,
    usual as usual_days_between_orders, silence / greatest(usual, 1) as silence_ratio
from bought
join customer on c_custkey = key
join nation on n_nationkey = c_nationkey
where silence > 2 * greatest(usual, 1)
