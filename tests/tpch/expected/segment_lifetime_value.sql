-- Champions are told in the expectation of mart_customer_summary.
with bought as (
    select o_custkey as key, count(*) as orders, sum(o_totalprice) as spend from orders group by all
),
totals as (
    select
        c_mktsegment as segment, r_name as region, count(*) as customers,
        count(key) as buyers, coalesce(sum(orders), 0) as orders, coalesce(sum(spend), 0) as spend
    from customer
    join nation on c_nationkey = n_nationkey
    join region on n_regionkey = r_regionkey
    left join bought on key = c_custkey
    group by all
)
select
    segment as market_segment, region as region_name, customers as customer_count,
    buyers as buyer_count, orders as order_count, spend as total_lifetime_value,
    spend::double / customers as average_lifetime_value,
    1 + (
        select count(*) from totals as other
        where other.spend::double / other.customers > totals.spend::double / totals.customers
    ) as lifetime_value_rank
from totals
