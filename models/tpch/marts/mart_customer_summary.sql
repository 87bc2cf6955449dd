-- What each customer is worth, with scores for recency, frequency and money (RFM); one row
-- per customer, those who never ordered too.
--
-- A score from 1 to 5 tells in which fifth of all customers with orders a customer stands;
-- equals have the same score, and who never ordered has 1. Today is the day of the latest
-- order: sample data do not move with the clock.

with spending as (
    select
        customer_key,
        customer_name,
        market_segment,
        nation_name,
        region_name,
        order_count,
        lifetime_value,
        average_order_size,
        first_order_date,
        last_order_date,
        datediff('day', last_order_date, max(last_order_date) over ())
            as days_since_last_order,
        order_count > 0 as has_ordered
    from tpch_intermediate.int_customer_orders
),

scored as (
    select
        *,
        iff(
            has_ordered,
            least(
                floor(
                    5 * percent_rank() over (
                        partition by has_ordered
                        order by days_since_last_order desc
                    )
                ) + 1,
                5
            ),
            1
        )::number(1, 0) as recency_score,
        least(
            floor(
                5 * percent_rank() over (partition by has_ordered order by order_count)
            ) + 1,
            5
        )::number(1, 0) as frequency_score,
        least(
            floor(
                5 * percent_rank() over (
                    partition by has_ordered
                    order by lifetime_value
                )
            ) + 1,
            5
        )::number(1, 0) as monetary_score
    from spending
)

select
    customer_key,  -- The customer. @not_null @unique
    customer_name,  -- The customer's name. @not_null
    market_segment,  -- Line of business.
    nation_name,  -- Where the customer lives.
    region_name,  -- The region of that nation.
    order_count,  -- Orders, whatever became of them. @not_null @check order_count >= 0
    -- US dollars, all orders with tax.
    -- @not_null @check total_spend between 0 and 50000000
    lifetime_value as total_spend,
    average_order_size,  -- US dollars in an order; null without orders.
    first_order_date,  -- Null without orders.
    last_order_date,  -- Null without orders.
    -- From the customer's latest order until the latest of all; null without orders.
    -- @check days_since_last_order >= 0
    days_since_last_order,
    -- 5: among the latest. @not_null @check recency_score between 1 and 5
    recency_score,
    -- 5: among the most orders. @not_null @check frequency_score between 1 and 5
    frequency_score,
    -- 5: among the highest spend. @not_null @check monetary_score between 1 and 5
    monetary_score,
    -- Who the customer is, by the scores.
    -- @not_null @accepted_values 'Champion', 'Loyal', 'New', 'At risk', 'Lost', 'Regular', 'Prospect'
    case
        when not has_ordered then 'Prospect'
        when recency_score >= 4 and frequency_score >= 4 and monetary_score >= 4
            then 'Champion'
        when recency_score >= 3 and frequency_score >= 4 then 'Loyal'
        when recency_score >= 4 and frequency_score = 1 then 'New'
        when recency_score <= 2 and frequency_score >= 3 then 'At risk'
        when recency_score <= 2 then 'Lost'
        else 'Regular'
    end as segment
from scored
