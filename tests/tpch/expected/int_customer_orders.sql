select
    c_custkey as customer_key, c_name as customer_name, c_mktsegment as market_segment,
    n_name as nation_name, r_name as region_name, c_acctbal as account_balance,
    (select count(*) from orders where o_custkey = c_custkey) as order_count,
    coalesce((select sum(o_totalprice) from orders where o_custkey = c_custkey), 0) as lifetime_value,
    (select count(*)::double / count(distinct year(o_orderdate)) from orders
        where o_custkey = c_custkey having count(*) > 0) as order_frequency,
    (select avg(o_totalprice::double) from orders where o_custkey = c_custkey) as average_order_size,
    (select min(o_orderdate) from orders where o_custkey = c_custkey) as first_order_date,
    (select max(o_orderdate) from orders where o_custkey = c_custkey) as last_order_date
from customer, nation, region
where c_nationkey = n_nationkey and n_regionkey = r_regionkey
