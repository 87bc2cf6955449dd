-- The scores in whole numbers: the place among n customers with orders, from 0 to n - 1, cut
-- into five; equals have the first place that any of them has.
with bought as (
    select
        o_custkey as key, count(*) as orders, sum(o_totalprice) as spend,
        min(o_orderdate) as first, max(o_orderdate) as last
    from orders group by all
),
placed as (
    select
        one.key, (select max(last) from bought) - one.last as silence,
        count(*) - 1 as others,
        count(*) filter (where other.last < one.last) as before_in_time,
        count(*) filter (where other.orders < one.orders) as before_in_orders,
        count(*) filter (where other.spend < one.spend) as before_in_spend
    from bought as one, bought as other
    group by one.key, one.last
),
scored as (
    select
        key, silence, least(5, 1 + 5 * before_in_time // others) as r,
        least(5, 1 + 5 * before_in_orders // others) as f,
        least(5, 1 + 5 * before_in_spend // others) as m
    from placed
)
select
    c_custkey as customer_key, c_name as customer_name, c_mktsegment as market_segment,
    n_name as nation_name, r_name as region_name, coalesce(orders, 0) as order_count,
    coalesce(spend, 0) as total_spend, spend::double / orders as average_order_size,
    first as first_order_date, last as last_order_date, silence as days_since_last_order,
    coalesce(r, 1) as recency_score, coalesce(f, 1) as frequency_score,
    coalesce(m, 1) as monetary_score,
    case
        when orders is null then 'Prospect'
        when r in (4, 5) and f in (4, 5) and m in (4, 5) then 'Champion'
        when r in (3, 4, 5) and f in (4, 5) then 'Loyal'
        when r in (4, 5) and f = 1 then 'New'
        when r in (1, 2) and f in (3, 4, 5) then 'At risk'
        when r in (1, 2) then 'Lost'
        else 'Regular'
    end as segment
from customer
join nation on c_nationkey = n_nationkey
join region on n_regionkey = r_regionkey
left join bought on bought.key = c_custkey
left join scored on scored.key = c_custkey
