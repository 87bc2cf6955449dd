select
    order_date,
    total_sales,
    total_orders
from retail_marts.sales_by_day
order by order_date
