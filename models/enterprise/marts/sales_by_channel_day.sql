-- Sales of all channels, in US dollars; one row per channel, day and region or country.
--
-- Gross is what the goods cost by the list, net what is left of it after discounts; neither
-- holds tax or shipping. What a channel does not tell is null (pieces in the Shopify shop)
-- or nothing (tax in Retail360 and the sales pipeline).
--
-- @unique channel, sale_date, region
-- @cluster_by channel, sale_date

with retail_units as (
    select
        order_id,
        sum(quantity) as units
    from retail_core.fact_orderitems
    group by order_id
),

sales as (
    select
        'retail' as channel,
        orders.created_at::date as sale_date,
        orders.store_country as region,
        orders.order_id,
        coalesce(retail_units.units, 0) as units,
        orders.total_line_amount + orders.total_line_discount as gross_amount,
        orders.total_line_discount + orders.discount_amount as discount_amount,
        0 as tax_amount
    from retail_marts.fct_sales as orders
    left join retail_units
        on orders.order_id = retail_units.order_id
    union all
    select
        'tpch' as channel,
        lines.order_date as sale_date,
        lines.customer_nation_name as region,
        lines.order_key::varchar as order_id,
        lines.quantity as units,
        lines.extended_price as gross_amount,
        lines.extended_price - lines.discounted_price as discount_amount,
        lines.charge - lines.discounted_price as tax_amount
    from tpch_marts.mart_orders as lines
    union all
    select
        'sales' as channel,
        sold.sale_date,
        stores.country as region,
        sold.order_id,
        sold.quantity as units,
        sold.gross_amount,
        sold.discount_amount,
        0 as tax_amount
    from sales_marts.fact_sales as sold
    left join sales_marts.dim_store as stores
        on sold.store_key = stores.store_key
    union all
    select
        'shopify' as channel,
        dates.calendar_date as sale_date,
        locations.country as region,
        sold.order_number as order_id,
        null as units,
        sold.total_price - sold.current_total_tax as gross_amount,
        0 as discount_amount,
        sold.current_total_tax as tax_amount
    from shopify_serving.fct_sales as sold
    inner join shopify_serving.dim_dates as dates
        on sold.created_at_key = dates.date_key
    left join shopify_serving.dim_locations as locations
        on sold.location_key = locations.location_key
    union all
    select
        'regional' as channel,
        sold.sale_date,
        sold.region,
        sold.sale_id::varchar as order_id,
        sold.quantity as units,
        sold.total_amount as gross_amount,
        sold.discount_amount,
        sold.tax_amount
    from regional_marts.sales_fact as sold
)

select
    -- Whose sales. @not_null
    -- @accepted_values 'retail', 'tpch', 'sales', 'shopify', 'regional'
    channel,
    sale_date,  -- The day, UTC. @not_null
    -- The country of the store, the customer or the parcel, or the region; UNKNOWN where the
    -- sale does not tell. @not_null
    coalesce(region, 'UNKNOWN') as region,
    count(distinct order_id) as orders,  -- Orders, or sales. @check orders > 0
    sum(units)::number(18, 0) as units,  -- Pieces. @check units >= 0
    sum(gross_amount)::number(18, 2) as gross_amount,  -- Before discount and tax.
    sum(discount_amount)::number(18, 2) as discount_amount,  -- Off the gross amount.
    sum(tax_amount)::number(18, 2) as tax_amount,  -- On top of the net amount.
    -- What the goods brought: gross less discount. @not_null
    sum(gross_amount)::number(18, 2) - sum(discount_amount)::number(18, 2) as net_amount
from sales
group by channel, sale_date, coalesce(region, 'UNKNOWN')
