-- Every order counts once in its day and once in its store.

with all_sales as (
    select
        count(*) as total_orders,
        coalesce(sum(total_amount), 0) as total_sales
    from retail_core.fact_orders
),

sums_by_mart as (
    select
        'fct_sales' as mart,
        count(*) as total_orders,
        coalesce(sum(total_amount), 0) as total_sales
    from retail_marts.fct_sales
    union all
    select
        'sales_by_day' as mart,
        coalesce(sum(total_orders), 0) as total_orders,
        coalesce(sum(total_sales), 0) as total_sales
    from retail_marts.sales_by_day
    union all
    select
        'sales_by_store' as mart,
        coalesce(sum(total_orders), 0) as total_orders,
        coalesce(sum(total_sales), 0) as total_sales
    from retail_marts.sales_by_store
)

select
    sums_by_mart.mart,
    sums_by_mart.total_orders,
    all_sales.total_orders as expected_orders,
    sums_by_mart.total_sales,
    all_sales.total_sales as expected_sales
from sums_by_mart
cross join all_sales
where
    sums_by_mart.total_orders <> all_sales.total_orders
    or sums_by_mart.total_sales <> all_sales.total_sales
