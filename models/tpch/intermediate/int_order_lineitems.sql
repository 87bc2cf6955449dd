-- Lines of the orders with what they come to: price after discount, charge, cost, profit;
-- one row per order and line.
--
-- A line is computed again when it, its order or the offer that it is delivered from was
-- delivered again.
--
-- @materialized incremental
-- @unique_key order_key, line_number
-- @cluster_by year(order_date)

select
    lines.order_key,  -- The order. @not_null
    lines.line_number,  -- The line in its order. @not_null
    orders.customer_key,  -- Who ordered. @not_null
    lines.part_key,  -- What was ordered. @not_null
    lines.supplier_key,  -- Who delivers it. @not_null
    orders.order_status,  -- O: open, F: finished, P: partly finished.
    orders.order_date,  -- When the order was placed. @not_null
    orders.order_priority,  -- From 1-URGENT to 5-LOW.
    lines.quantity,  -- Pieces.
    lines.extended_price,  -- US dollars: pieces times retail price.
    lines.discount,  -- Share of the price.
    lines.tax,  -- Share of the discounted price.
    -- US dollars after discount: the revenue. @not_null
    (lines.extended_price * (1 - lines.discount))::number(18, 4) as discounted_price,
    -- US dollars after discount, with tax: what the customer pays. @not_null
    (lines.extended_price * (1 - lines.discount) * (1 + lines.tax))::number(18, 6)
        as charge,
    -- US dollars that the supplier takes for these pieces. @not_null
    (lines.quantity * offers.supply_cost)::number(18, 4) as supply_cost,
    -- US dollars: the revenue less what the supplier takes. @not_null
    (
        lines.extended_price * (1 - lines.discount)
        - lines.quantity * offers.supply_cost
    )::number(18, 4) as profit,
    lines.return_flag,  -- R: returned, A: accepted, N: neither yet.
    lines.line_status,  -- O: open, F: finished.
    lines.ship_date,  -- When it left.
    lines.commit_date,  -- When it was to arrive.
    lines.receipt_date,  -- When it arrived.
    lines.ship_mode,  -- How it travels.
    -- Days from the order until the line left.
    datediff('day', orders.order_date, lines.ship_date) as days_to_ship,
    -- Days on the way. @check days_in_transit >= 0
    datediff('day', lines.ship_date, lines.receipt_date) as days_in_transit,
    lines.receipt_date > lines.commit_date as is_late,  -- Later than promised.
    -- When the line, its order or its offer was last delivered, UTC. @not_null
    greatest(lines.ingestion_ts, orders.ingestion_ts, offers.ingestion_ts)
        as ingestion_ts
from tpch_staging.stg_fct_lineitem as lines
inner join tpch_staging.stg_fct_orders as orders
    on lines.order_key = orders.order_key
inner join tpch_staging.stg_fct_partsupp as offers
    on
        lines.part_key = offers.part_key
        and lines.supplier_key = offers.supplier_key
where
    greatest(lines.ingestion_ts, orders.ingestion_ts, offers.ingestion_ts) > (
        select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
        from tpch_intermediate.int_order_lineitems as loaded
    )
