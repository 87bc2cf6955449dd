-- What each customer has bought so far; one row per customer. Holds no contact data.

with spend_by_customer as (
    select
        customer_id,
        count(*) as total_orders,
        sum(total_amount) as lifetime_spend,
        min(created_at) as first_order_date,
        max(created_at) as last_order_date
    from retail_core.fact_orders
    group by customer_id
)

select
    customers.customer_id,  -- The customer. @not_null @unique
    customers.first_name,  -- Never missing here.
    customers.last_name,  -- Never missing here.
    customers.city as customer_city,  -- Town.
    -- State, province or region.
    customers.state_province as customer_state_province,
    customers.country as customer_country,  -- Country.
    -- Orders, whatever became of them. @not_null @check total_orders >= 0
    coalesce(spend_by_customer.total_orders, 0) as total_orders,
    -- US dollars. @not_null @check lifetime_spend >= 0
    coalesce(spend_by_customer.lifetime_spend, 0) as lifetime_spend,
    -- UTC; null for a customer without orders.
    spend_by_customer.first_order_date,
    -- UTC; null for a customer without orders. @check last_order_date >= first_order_date
    spend_by_customer.last_order_date
from retail_core.dim_customer as customers
left join spend_by_customer
    on customers.customer_id = spend_by_customer.customer_id
