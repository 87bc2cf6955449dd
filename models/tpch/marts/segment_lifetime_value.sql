-- Lines of business and regions by what their customers are worth; one row per line of
-- business and region.
--
-- @unique market_segment, region_name

with values_by_segment as (
    select
        market_segment,
        region_name,
        count(*) as customer_count,
        count_if(order_count > 0) as buyer_count,
        sum(order_count) as order_count,
        sum(total_spend) as total_lifetime_value,
        (sum(total_spend) / count(*))::number(18, 2) as average_lifetime_value,
        count_if(segment = 'Champion') as champion_count
    from tpch_marts.mart_customer_summary
    group by market_segment, region_name
)

select
    market_segment,  -- Line of business. @not_null
    region_name,  -- Where the customers live. @not_null
    customer_count,  -- Customers. @check customer_count > 0
    buyer_count,  -- Those who ever ordered. @check buyer_count <= customer_count
    order_count,  -- Their orders together.
    -- US dollars, all orders with tax. @not_null
    total_lifetime_value::number(18, 2) as total_lifetime_value,
    average_lifetime_value,  -- US dollars for each customer. @not_null
    champion_count,  -- Customers who bought late, often and for much.
    -- 1 has the highest average; equals share a rank.
    rank() over (order by average_lifetime_value desc) as lifetime_value_rank
from values_by_segment
