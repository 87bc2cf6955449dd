-- What each customer has ordered so far; one row per customer, those without orders too.

select
    customers.customer_key,  -- The customer. @not_null @unique
    customers.customer_name,  -- The customer's name.
    customers.market_segment,  -- Line of business.
    nations.nation_name,  -- Where the customer lives.
    world_regions.region_name,  -- The region of that nation.
    customers.account_balance,  -- US dollars; negative for a debt.
    -- Orders, whatever became of them. @not_null
    count(orders.order_key) as order_count,
    -- US dollars, all orders with tax. @not_null @check lifetime_value >= 0
    coalesce(sum(orders.total_price), 0)::number(18, 2) as lifetime_value,
    -- Orders in a year, of the years with any; null without orders.
    -- @check order_frequency >= 1
    (
        count(orders.order_key)
        / nullif(count(distinct year(orders.order_date)), 0)
    )::number(12, 2) as order_frequency,
    -- US dollars in an order; null without orders.
    (sum(orders.total_price) / nullif(count(orders.order_key), 0))::number(12, 2)
        as average_order_size,
    min(orders.order_date) as first_order_date,  -- Null without orders.
    -- Null without orders. @check last_order_date >= first_order_date
    max(orders.order_date) as last_order_date
from tpch_staging.stg_dim_customer as customers
inner join tpch_staging.stg_dim_nation as nations
    on customers.nation_key = nations.nation_key
inner join tpch_staging.stg_dim_region as world_regions
    on nations.region_key = world_regions.region_key
left join tpch_staging.stg_fct_orders as orders
    on customers.customer_key = orders.customer_key
group by
    customers.customer_key,
    customers.customer_name,
    customers.market_segment,
    nations.nation_name,
    world_regions.region_name,
    customers.account_balance
