-- What each customer ordered.
--
-- @materialized table
-- @check count(*) >= 1

select
    customer,  -- @not_null @unique
    count(*) as total_orders,
    sum(amount)::number(12, 2) as total_amount
from shop_core.fact_orders
group by customer
