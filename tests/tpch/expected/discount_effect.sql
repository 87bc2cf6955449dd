select
    l_discount as discount, count(*) as line_count, sum(l_quantity) as total_quantity,
    avg(l_quantity::double) as average_quantity,
    sum(l_extendedprice)::decimal(18, 2) as gross_amount,
    sum(l_extendedprice * l_discount)::decimal(18, 2) as discount_amount,
    sum(l_extendedprice * (1 - l_discount))::decimal(18, 2) as total_revenue,
    sum(l_extendedprice * (1 - l_discount) - l_quantity * ps_supplycost)::decimal(18, 2)
        as total_profit,
    100 * sum(l_extendedprice * (1 - l_discount) - l_quantity * ps_supplycost)::double
        / sum(l_extendedprice * (1 - l_discount))::double as profit_percent
from lineitem, partsupp
where l_partkey = ps_partkey and l_suppkey = ps_suppkey
group by all
