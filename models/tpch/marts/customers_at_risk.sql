-- Customers who have been silent for more than twice as long as they usually are between
-- two orders; one row per customer with at least three orders.

with habits as (
    select
        customer_key,
        customer_name,
        market_segment,
        nation_name,
        order_count,
        total_spend,
        last_order_date,
        days_since_last_order,
        segment,
        (
            datediff('day', first_order_date, last_order_date) / (order_count - 1)
        )::number(9, 1) as usual_days_between_orders
    from tpch_marts.mart_customer_summary
    where order_count >= 3
)

select
    customer_key,  -- The customer. @not_null @unique
    customer_name,  -- The customer's name. @not_null
    market_segment,  -- Line of business.
    nation_name,  -- Where the customer lives.
    order_count,  -- Orders so far. @check order_count >= 3
    total_spend,  -- US dollars so far: what is at risk. @not_null
    last_order_date,  -- When the customer last ordered. @not_null
    days_since_last_order,  -- From then until the latest order of all. @not_null
    usual_days_between_orders,  -- From one order to the next, on average. @not_null
    -- How many times as long as usual. @check silence_ratio >= 2
    (days_since_last_order / greatest(usual_days_between_orders, 1))::number(9, 2)
        as silence_ratio,
    segment  -- Who the customer is, by the scores.
from habits
where days_since_last_order > 2 * greatest(usual_days_between_orders, 1)
