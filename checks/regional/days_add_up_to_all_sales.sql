-- Every sale counts once in its day and region.

with all_sales as (
    select
        count(*) as total_sales,
        coalesce(sum(net_amount), 0) as net_amount
    from regional_marts.sales_fact
),

all_days as (
    select
        coalesce(sum(total_sales), 0) as total_sales,
        coalesce(sum(net_amount), 0) as net_amount
    from regional_marts.daily_sales
)

select
    all_days.total_sales,
    all_sales.total_sales as expected_sales,
    all_days.net_amount,
    all_sales.net_amount as expected_amount
from all_days
cross join all_sales
where
    all_days.total_sales <> all_sales.total_sales
    or all_days.net_amount <> all_sales.net_amount
