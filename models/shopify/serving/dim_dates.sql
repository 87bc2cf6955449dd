-- The calendar; one row per day.

select
    to_char(calendar_date, 'YYYYMMDD')::number(8, 0) as date_key,  -- 20260331. @not_null @unique
    calendar_date,  -- The day. @not_null @unique
    year(calendar_date) as calendar_year,  -- 2026.
    quarter(calendar_date) as calendar_quarter,  -- 1 to 4.
    month(calendar_date) as calendar_month,  -- 1 to 12.
    monthname(calendar_date) as month_name,  -- Jan to Dec.
    date_trunc('month', calendar_date) as first_day_of_month,  -- For series by month.
    date_trunc('quarter', calendar_date) as first_day_of_quarter,  -- For series by quarter.
    weekiso(calendar_date) as iso_week,  -- 1 to 53.
    dayofweekiso(calendar_date) as iso_day_of_week,  -- 1, Monday, to 7.
    dayname(calendar_date) as day_name,  -- Mon to Sun.
    dayofweekiso(calendar_date) > 5 as is_weekend  -- Saturday or Sunday.
from shopify_staging.stg_date
