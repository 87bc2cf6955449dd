-- Every day of every year in which anything was sold; one row per day.
--
-- @materialized table

with years as (
    select
        date_trunc('year', min(sale_date)) as first_day,
        dateadd('year', 1, date_trunc('year', max(sale_date))) as end_day
    from sales_intermediate.int_sales_unified
),

numbers as (
    select row_number() over (order by seq4()) - 1 as day_number
    from table(generator(rowcount => 36525))
)

select dateadd('day', numbers.day_number, years.first_day)::date as full_date  -- @not_null @unique
from years
inner join numbers
    on dateadd('day', numbers.day_number, years.first_day) < years.end_day
