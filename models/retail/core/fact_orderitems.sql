-- Every order line once, cleansed; one row per order and product. Of a line that arrived
-- several times the newest version counts, as in fact_orders.
--
-- @materialized incremental
-- @unique_key order_product_key
-- @cluster_by created_at

with arrived_lines as (
    select
        order_id,
        product_id
    from retail_staging.stg_orderitems
    where
        ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from retail_core.fact_orderitems as loaded
        )
)

select
    -- Order and product in one. @not_null @unique
    md5(order_id || '|' || product_id) as order_product_key,
    -- The order, which may arrive after its lines.
    -- @not_null @warn @references retail_core.fact_orders(order_id)
    order_id,
    -- What was bought; a few products are left out for want of a price.
    -- @not_null @warn @references retail_core.dim_product(product_id)
    product_id,
    -- Pieces; a missing or negative number counts as none. @check quantity >= 0
    greatest(coalesce(quantity, 0), 0) as quantity,
    -- US dollars for one piece; missing or negative money counts as none.
    -- @check unit_price >= 0
    greatest(coalesce(unit_price, 0), 0)::number(12, 2) as unit_price,
    -- US dollars: quantity times price, less discount. @check line_total >= 0
    greatest(coalesce(line_total, 0), 0)::number(12, 2) as line_total,
    -- US dollars off this line. @check line_discount >= 0
    greatest(coalesce(line_discount, 0), 0)::number(12, 2) as line_discount,
    created_at,  -- When the order was placed, UTC. @not_null
    -- When the line last arrived, UTC. @not_null
    max(ingestion_ts) over (partition by order_id, product_id) as ingestion_ts
from retail_staging.stg_orderitems
where
    (order_id, product_id) in (
        select
            arrived_lines.order_id,
            arrived_lines.product_id
        from arrived_lines
    )
qualify
    row_number() over (
        partition by order_id, product_id
        order by
            created_at desc,
            ingestion_ts desc,
            file_name desc,
            file_row_number desc
    ) = 1
