select
    store_name,
    total_orders,
    total_sales
from retail_marts.sales_by_store
order by total_orders desc, store_id asc
limit 10
