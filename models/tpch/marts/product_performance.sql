-- Parts by revenue and margin; one row per part that was ever ordered.

with sales_by_part as (
    select
        part_key,
        count(distinct order_key) as order_count,
        sum(quantity) as total_quantity,
        sum(discounted_price) as total_revenue,
        sum(supply_cost) as total_cost,
        sum(profit) as total_margin
    from tpch_intermediate.int_order_lineitems
    group by part_key
)

select
    sales.part_key,  -- The part. @not_null @unique
    parts.part_name,  -- Its name.
    parts.manufacturer,  -- Who makes it.
    parts.brand,  -- Its brand.
    sales.order_count,  -- Orders that name it. @check order_count > 0
    sales.total_quantity,  -- Pieces.
    -- US dollars after discount. @not_null
    sales.total_revenue::number(18, 2) as total_revenue,
    sales.total_cost::number(18, 2) as total_cost,  -- US dollars to the suppliers.
    -- US dollars: revenue less cost. @not_null
    sales.total_margin::number(18, 2) as total_margin,
    -- Margin in percent of the revenue.
    (100 * sales.total_margin / nullif(sales.total_revenue, 0))::number(9, 2)
        as margin_percent,
    -- 1 has the highest revenue; equals share a rank.
    rank() over (order by sales.total_revenue desc) as revenue_rank,
    -- 1 has the highest margin in US dollars; equals share a rank.
    rank() over (order by sales.total_margin desc) as margin_rank
from sales_by_part as sales
inner join tpch_staging.stg_dim_part as parts
    on sales.part_key = parts.part_key
