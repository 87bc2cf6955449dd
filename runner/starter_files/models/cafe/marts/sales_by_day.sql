-- What was taken each day; one row per day.
--
-- @tags daily

select
    sold_at::date as sold_on,  -- The day, UTC. @not_null @unique
    count(*) as sales,  -- How many sales.
    sum(quantity) as items,  -- How many items.
    sum(amount) as amount  -- Euros. @check amount >= 0
from cafe_core.fact_sales
group by sold_on
