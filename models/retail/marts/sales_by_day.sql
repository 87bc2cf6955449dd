-- Sales of each day on which anything was sold; one row per day (UTC).

select
    created_at::date as order_date,  -- The day, UTC. @not_null @unique
    count(*) as total_orders,  -- Whatever became of them. @check total_orders > 0
    count(distinct customer_id) as distinct_customers,  -- Who ordered that day.
    sum(total_amount) as total_sales,  -- US dollars. @not_null @check total_sales >= 0
    sum(discount_amount) as total_discount,  -- US dollars off whole orders.
    sum(shipping_cost) as total_shipping,  -- US dollars.
    -- US dollars per order.
    (sum(total_amount) / count(*))::number(12, 2) as average_order_value
from retail_marts.fct_sales
group by created_at::date
