-- Every order line counts once in its product.

with all_lines as (
    select
        count(*) as total_lines,
        coalesce(sum(line_total), 0) as total_sales
    from retail_core.fact_orderitems
),

all_products as (
    select
        coalesce(sum(total_orders), 0) as total_lines,
        coalesce(sum(total_sales), 0) as total_sales
    from retail_marts.sales_by_product
)

select
    all_products.total_lines,
    all_lines.total_lines as expected_lines,
    all_products.total_sales,
    all_lines.total_sales as expected_sales
from all_products
cross join all_lines
where
    all_products.total_lines <> all_lines.total_lines
    or all_products.total_sales <> all_lines.total_sales
