-- Every order line counts once in its part, its month and its rate of discount.

with all_lines as (
    select
        count(*) as line_count,
        coalesce(sum(discounted_price), 0) as total_revenue
    from tpch_intermediate.int_order_lineitems
),

sums_by_mart as (
    select
        'mart_orders' as mart,
        count(*) as line_count,
        coalesce(sum(discounted_price), 0) as total_revenue
    from tpch_marts.mart_orders
    union all
    select
        'sales_by_month' as mart,
        coalesce(sum(line_count), 0) as line_count,
        coalesce(sum(total_revenue), 0) as total_revenue
    from tpch_marts.sales_by_month
    union all
    select
        'discount_effect' as mart,
        coalesce(sum(line_count), 0) as line_count,
        coalesce(sum(total_revenue), 0) as total_revenue
    from tpch_marts.discount_effect
)

select
    sums_by_mart.mart,
    sums_by_mart.line_count,
    all_lines.line_count as expected_lines,
    sums_by_mart.total_revenue,
    all_lines.total_revenue as expected_revenue
from sums_by_mart
cross join all_lines
where
    sums_by_mart.line_count <> all_lines.line_count
    -- marts are rounded to the cent, each row by itself
    or abs(sums_by_mart.total_revenue - all_lines.total_revenue) > 1
