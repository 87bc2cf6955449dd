-- The calendar and the fiscal year, which begins on the first of February and has the name
-- of the calendar year in which it begins; one row per day.

with days as (
    select
        full_date,
        dateadd('month', -1, full_date) as fiscal_date
    from sales_intermediate.int_date_spine
)

select
    to_number(to_char(full_date, 'YYYYMMDD')) as date_key,  -- The day as 20260131. @not_null @unique
    full_date,  -- The day. @not_null @unique
    year(full_date) as calendar_year,
    quarter(full_date) as calendar_quarter,  -- @check calendar_quarter between 1 and 4
    month(full_date) as calendar_month,  -- @check calendar_month between 1 and 12
    monthname(full_date) as month_name,  -- Three letters.
    weekiso(full_date) as week_of_year,  -- ISO week. @check week_of_year between 1 and 53
    day(full_date) as day_of_month,
    dayofyear(full_date) as day_of_year,
    dayofweekiso(full_date) as day_of_week,  -- From 1 for Monday.
    dayname(full_date) as day_name,  -- Three letters.
    dayofweekiso(full_date) >= 6 as is_weekend,
    full_date = last_day(full_date) as is_month_end,
    year(fiscal_date) as fiscal_year,  -- The calendar year in which it begins.
    quarter(fiscal_date) as fiscal_quarter,  -- From 1. @check fiscal_quarter between 1 and 4
    month(fiscal_date) as fiscal_month  -- 1 is February. @check fiscal_month between 1 and 12
from days
