-- Seasons: how orders, revenue and profit move over the year; one row per month.
--
-- @unique order_year, order_month

with sales as (
    select
        date_trunc('month', order_date) as month_start,
        count(distinct order_key) as order_count,
        count(*) as line_count,
        sum(discounted_price) as total_revenue,
        sum(profit) as total_profit
    from tpch_intermediate.int_order_lineitems
    group by date_trunc('month', order_date)
)

select
    month_start,  -- The first day of the month. @not_null @unique
    year(month_start) as order_year,  -- The year. @not_null
    month(month_start) as order_month,  -- The month, from 1 to 12. @not_null
    order_count,  -- Orders placed in the month. @check order_count > 0
    line_count,  -- Their lines.
    -- US dollars after discount. @not_null
    total_revenue::number(18, 2) as total_revenue,
    -- US dollars: revenue less what the suppliers take. @not_null
    total_profit::number(18, 2) as total_profit,
    -- Profit in percent of the revenue.
    (100 * total_profit / nullif(total_revenue, 0))::number(9, 2) as profit_percent,
    -- Revenue in percent of an average month of its year.
    (
        100 * total_revenue * count(*) over (partition by year(month_start))
        / nullif(sum(total_revenue) over (partition by year(month_start)), 0)
    )::number(9, 2) as seasonal_index,
    -- Change of the revenue in percent against the same month a year before.
    (
        100 * (
            total_revenue / nullif(
                lag(total_revenue) over (
                    partition by month(month_start)
                    order by month_start
                ),
                0
            ) - 1
        )
    )::number(9, 2) as change_percent
from sales
