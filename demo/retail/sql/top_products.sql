select
    coalesce(product_name, product_id) as product,
    total_sales,
    total_quantity
from retail_marts.sales_by_product
order by total_sales desc, product_id asc
limit 10
