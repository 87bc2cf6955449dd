select
    order_status,
    count(*) as total_orders,
    (100 * count(*) / sum(count(*)) over ())::number(5, 1) as share_percent
from retail_marts.fct_sales
group by order_status
order by total_orders desc, order_status asc
