-- Sales by quarter and year, and how they grow; one row per quarter from the first to the
-- last in which something was sold. A share of 0.1 is growth by a tenth; where there is
-- nothing to compare with, or nothing was sold then, it is null.

with sold_quarters as (
    select
        min(dates.first_day_of_quarter) as first_quarter,
        max(dates.first_day_of_quarter) as last_quarter
    from shopify_serving.fct_sales as sales
    inner join shopify_serving.dim_dates as dates
        on sales.created_at_key = dates.date_key
),

sales_by_quarter as (
    select
        dates.first_day_of_quarter as sales_quarter,
        coalesce(sum(sales.total_price), 0) as quarter_sales
    from shopify_serving.dim_dates as dates
    inner join sold_quarters
        on
            dates.first_day_of_quarter
            between sold_quarters.first_quarter and sold_quarters.last_quarter
    left join shopify_serving.fct_sales as sales
        on dates.date_key = sales.created_at_key
    group by dates.first_day_of_quarter
),

sales_by_year as (
    select
        year(sales_quarter) as sales_year,
        sum(quarter_sales) as year_sales
    from sales_by_quarter
    group by year(sales_quarter)
)

select
    this_quarter.sales_quarter,  -- Its first day. @not_null @unique
    this_year.sales_year,  -- 2026.
    -- 1 to 4. @accepted_values 1, 2, 3, 4
    quarter(this_quarter.sales_quarter) as quarter_number,
    this_quarter.quarter_sales,  -- US dollars.
    -- Against the quarter before.
    (
        this_quarter.quarter_sales
        / nullif(
            lag(this_quarter.quarter_sales) over (order by this_quarter.sales_quarter),
            0
        )
        - 1
    )::number(12, 4) as quarter_growth,
    -- Against the same quarter of the year before.
    (
        this_quarter.quarter_sales
        / nullif(
            lag(this_quarter.quarter_sales, 4) over (
                order by this_quarter.sales_quarter
            ),
            0
        )
        - 1
    )::number(12, 4) as year_on_year_growth,
    this_year.year_sales,  -- US dollars in the whole year.
    -- Of the whole year against the one before.
    (this_year.year_sales / nullif(last_year.year_sales, 0) - 1)::number(12, 4)
        as year_growth
from sales_by_quarter as this_quarter
inner join sales_by_year as this_year
    on year(this_quarter.sales_quarter) = this_year.sales_year
left join sales_by_year as last_year
    on this_year.sales_year = last_year.sales_year + 1
