-- Customers by what they bought: when last, how often, for how much; one row per customer.
-- Each of the three is scored 1 to 5 by rank, equal ones equally; the segment follows. Days
-- are counted from the last day on which anybody bought.

with segment_of_customer as (
    select
        customer_id,
        customer_segment
    from sales_staging.stg_sales_batch
    where customer_id is not null and customer_segment is not null
    qualify
        row_number() over (
            partition by customer_id
            order by
                order_date desc,
                ingestion_ts desc,
                file_name desc,
                file_row_number desc
        ) = 1
),

purchases as (
    select
        customer_id,
        min(sale_date) as first_purchase_date,
        max(sale_date) as last_purchase_date,
        count(*) as total_orders,
        sum(net_amount) as lifetime_value
    from sales_marts.fact_sales
    where customer_id is not null
    group by customer_id
),

scored as (
    select
        purchases.*,
        datediff(
            'day',
            purchases.last_purchase_date,
            max(purchases.last_purchase_date) over ()
        ) as recency_days,
        floor(
            5
            * (rank() over (order by purchases.last_purchase_date) - 1)
            / count(*) over ()
        ) + 1 as recency_score,
        floor(
            5 * (rank() over (order by purchases.total_orders) - 1) / count(*) over ()
        ) + 1 as frequency_score,
        floor(
            5 * (rank() over (order by purchases.lifetime_value) - 1) / count(*) over ()
        ) + 1 as monetary_score
    from purchases
)

select
    scored.customer_id,  -- The customer. @not_null @unique
    segment_of_customer.customer_segment,  -- As the shops call it; missing for some.
    scored.first_purchase_date,  -- @check first_purchase_date <= last_purchase_date
    scored.last_purchase_date,  -- UTC. @not_null
    scored.recency_days,  -- Days since. @check recency_days >= 0
    scored.total_orders,  -- @check total_orders > 0
    scored.lifetime_value,  -- US dollars. @check lifetime_value >= 0
    -- US dollars per order.
    (scored.lifetime_value / scored.total_orders)::number(14, 2) as average_order_value,
    -- 5 is who bought last. @check recency_score between 1 and 5
    scored.recency_score::number(1, 0) as recency_score,
    -- 5 is who bought most often. @check frequency_score between 1 and 5
    scored.frequency_score::number(1, 0) as frequency_score,
    -- 5 is who spent most. @check monetary_score between 1 and 5
    scored.monetary_score::number(1, 0) as monetary_score,
    -- What the scores say. @not_null
    case
        when scored.recency_score >= 4 and scored.frequency_score >= 4 then 'CHAMPION'
        when scored.frequency_score >= 4 and scored.recency_score = 3 then 'LOYAL'
        when scored.recency_score >= 4 and scored.frequency_score <= 2 then 'NEW'
        when scored.recency_score >= 3 then 'PROMISING'
        when scored.frequency_score >= 3 or scored.monetary_score >= 4 then 'AT RISK'
        else 'LOST'
    end as rfm_segment,
    scored.recency_days <= 90 as is_active  -- Whether they bought within 90 days.
from scored
left join segment_of_customer
    on scored.customer_id = segment_of_customer.customer_id
