-- Order lines with their customer and their part, for dashboards; one row per order and
-- line.
--
-- A line is computed again when it or anything that it shows was delivered again.
--
-- @materialized incremental
-- @unique_key order_key, line_number
-- @cluster_by year(order_date)

select
    lines.order_key,  -- The order. @not_null
    lines.line_number,  -- The line in its order. @not_null
    lines.order_date,  -- When the order was placed. @not_null
    lines.order_status,  -- O: open, F: finished, P: partly finished.
    lines.order_priority,  -- From 1-URGENT to 5-LOW.
    lines.customer_key,  -- Who ordered. @not_null
    customers.customer_name,  -- The customer's name. @not_null
    customers.market_segment,  -- The customer's line of business.
    nations.nation_name as customer_nation_name,  -- Where the customer lives.
    world_regions.region_name as customer_region_name,  -- The region of that nation.
    lines.part_key,  -- What was ordered. @not_null
    parts.part_name,  -- Its name. @not_null
    parts.manufacturer,  -- Who makes it.
    parts.brand,  -- Its brand.
    parts.part_type,  -- Finish, coating and metal.
    lines.supplier_key,  -- Who delivers it. @not_null
    lines.quantity,  -- Pieces.
    lines.extended_price,  -- US dollars: pieces times retail price.
    lines.discount,  -- Share of the price.
    lines.tax,  -- Share of the discounted price.
    lines.discounted_price,  -- US dollars after discount: the revenue.
    lines.charge,  -- US dollars after discount, with tax.
    lines.supply_cost,  -- US dollars that the supplier takes for these pieces.
    lines.profit,  -- US dollars: the revenue less what the supplier takes.
    lines.return_flag,  -- R: returned, A: accepted, N: neither yet.
    lines.line_status,  -- O: open, F: finished.
    lines.ship_date,  -- When it left.
    lines.commit_date,  -- When it was to arrive.
    lines.receipt_date,  -- When it arrived.
    lines.ship_mode,  -- How it travels.
    lines.is_late,  -- Later than promised.
    -- When the line or anything that it shows was last delivered, UTC. @not_null
    greatest(
        lines.ingestion_ts,
        customers.ingestion_ts,
        nations.ingestion_ts,
        world_regions.ingestion_ts,
        parts.ingestion_ts
    ) as ingestion_ts
from tpch_intermediate.int_order_lineitems as lines
inner join tpch_staging.stg_dim_customer as customers
    on lines.customer_key = customers.customer_key
inner join tpch_staging.stg_dim_nation as nations
    on customers.nation_key = nations.nation_key
inner join tpch_staging.stg_dim_region as world_regions
    on nations.region_key = world_regions.region_key
inner join tpch_staging.stg_dim_part as parts
    on lines.part_key = parts.part_key
where
    greatest(
        lines.ingestion_ts,
        customers.ingestion_ts,
        nations.ingestion_ts,
        world_regions.ingestion_ts,
        parts.ingestion_ts
    ) > (
        select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
        from tpch_marts.mart_orders as loaded
    )
