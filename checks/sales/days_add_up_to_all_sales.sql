-- Every sale counts once in its day.

with all_sales as (
    select
        count(*) as total_orders,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount
    from sales_marts.fact_sales
),

all_days as (
    select
        coalesce(sum(total_orders), 0) as total_orders,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount
    from sales_marts.fact_sales_daily
)

select
    all_days.total_orders,
    all_sales.total_orders as expected_orders,
    all_days.net_amount,
    all_sales.net_amount as expected_net_amount
from all_days
cross join all_sales
where
    all_days.total_orders <> all_sales.total_orders
    or all_days.gross_amount <> all_sales.gross_amount
    or all_days.net_amount <> all_sales.net_amount
