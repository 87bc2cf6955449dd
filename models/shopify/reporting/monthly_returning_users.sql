-- How many of a month's customers had bought in an earlier one; one row per month.

with customer_months as (
    select distinct
        dates.first_day_of_month as sales_month,
        sales.customer_identifier_key
    from shopify_serving.fct_sales as sales
    inner join shopify_serving.dim_dates as dates
        on sales.created_at_key = dates.date_key
    where sales.customer_identifier_key is not null
),

numbered_months as (
    select
        sales_month,
        row_number() over (
            partition by customer_identifier_key
            order by sales_month
        ) as month_number
    from customer_months
)

select
    sales_month,  -- Its first day. @not_null @unique
    count(*) as active_users,  -- Customers who bought.
    count_if(month_number > 1) as returning_users,  -- Of them, those who had bought before.
    -- The share of those. @check returning_rate between 0 and 1
    (count_if(month_number > 1) / count(*))::number(5, 4) as returning_rate
from numbered_months
group by sales_month
