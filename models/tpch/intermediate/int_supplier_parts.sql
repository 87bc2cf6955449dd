-- Every offer of a supplier with what it costs, what is in stock and how reliably it was
-- delivered; one row per part and supplier.
--
-- @unique part_key, supplier_key

with deliveries_by_offer as (
    select
        part_key,
        supplier_key,
        count(*) as delivered_lines,
        sum(quantity) as delivered_quantity,
        count_if(is_late) as late_lines,
        count_if(return_flag = 'R') as returned_lines,
        sum(days_in_transit) as total_days_in_transit
    from tpch_intermediate.int_order_lineitems
    group by part_key, supplier_key
)

select
    offers.part_key,  -- The part. @not_null
    parts.part_name,  -- Its name.
    parts.manufacturer,  -- Who makes it.
    parts.brand,  -- Its brand.
    parts.retail_price,  -- US dollars for one piece, in a shop.
    offers.supplier_key,  -- Who offers it. @not_null
    suppliers.supplier_name,  -- The supplier's name.
    nations.nation_name,  -- Where the supplier is.
    world_regions.region_name,  -- The region of that nation.
    offers.avail_qty,  -- Pieces in stock.
    offers.supply_cost,  -- US dollars for one piece.
    -- US dollars: what the stock costs.
    (offers.avail_qty * offers.supply_cost)::number(18, 2) as stock_value,
    -- US dollars: the least that any supplier takes for the part.
    min(offers.supply_cost) over (partition by offers.part_key) as least_supply_cost,
    -- Suppliers who offer the part. @check supplier_count > 0
    count(*) over (partition by offers.part_key) as supplier_count,
    -- Suppliers who have it in stock.
    count_if(offers.avail_qty > 0) over (partition by offers.part_key)
        as suppliers_in_stock,
    -- Order lines delivered from the offer. @not_null
    coalesce(deliveries.delivered_lines, 0) as delivered_lines,
    coalesce(deliveries.delivered_quantity, 0) as delivered_quantity,  -- Pieces.
    -- Later than promised. @check late_lines <= delivered_lines
    coalesce(deliveries.late_lines, 0) as late_lines,
    -- Sent back. @check returned_lines <= delivered_lines
    coalesce(deliveries.returned_lines, 0) as returned_lines,
    -- Days on the way, of all lines together.
    coalesce(deliveries.total_days_in_transit, 0) as total_days_in_transit
from tpch_staging.stg_fct_partsupp as offers
inner join tpch_staging.stg_dim_part as parts
    on offers.part_key = parts.part_key
inner join tpch_staging.stg_dim_supplier as suppliers
    on offers.supplier_key = suppliers.supplier_key
inner join tpch_staging.stg_dim_nation as nations
    on suppliers.nation_key = nations.nation_key
inner join tpch_staging.stg_dim_region as world_regions
    on nations.region_key = world_regions.region_key
left join deliveries_by_offer as deliveries
    on
        offers.part_key = deliveries.part_key
        and offers.supplier_key = deliveries.supplier_key
