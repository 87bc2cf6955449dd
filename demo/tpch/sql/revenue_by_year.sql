select
    order_year,
    sum(total_revenue) as total_revenue,
    sum(total_profit) as total_profit,
    (100 * sum(total_profit) / sum(total_revenue))::number(5, 1) as profit_percent
from tpch_marts.sales_by_month
group by order_year
order by order_year
