-- Places and quarters add up to all sales, to the cent.

with totals as (
    select
        (
            select coalesce(sum(total_price), 0)
            from shopify_serving.fct_sales
        ) as all_sales,
        (
            select coalesce(sum(total_sales), 0)
            from shopify_reporting.sales_by_geo
        ) as sales_by_place,
        (
            select coalesce(sum(quarter_sales), 0)
            from shopify_reporting.quarter_and_year_growth
        ) as sales_by_quarter
)

select
    all_sales,
    sales_by_place,
    sales_by_quarter
from totals
where
    all_sales <> sales_by_place
    or all_sales <> sales_by_quarter
