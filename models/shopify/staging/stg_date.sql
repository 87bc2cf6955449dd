-- The days of all years in which something was sold; one row per day.

with span as (
    select
        date_trunc('year', min(created_at))::date as first_day,
        dateadd('year', 1, date_trunc('year', max(created_at)))::date as end_day
    from shopify_staging.stg_orders
),

numbers as (
    select row_number() over (order by null) - 1 as day_number
    from table(generator(rowcount => 36525))
)

select dateadd('day', numbers.day_number, span.first_day) as calendar_date  -- @not_null @unique
from span
inner join numbers
    on numbers.day_number < datediff('day', span.first_day, span.end_day)
