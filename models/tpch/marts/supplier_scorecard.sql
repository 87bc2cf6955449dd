-- Suppliers by cost and reliability; one row per supplier with an offer.
--
-- The cost index compares what a supplier takes with the least that any supplier takes for
-- the same parts: 100 is the cheapest there is, 150 half as much again.

with offers_by_supplier as (
    select
        supplier_key,
        supplier_name,
        nation_name,
        region_name,
        count(*) as offered_parts,
        count_if(avail_qty = 0) as parts_out_of_stock,
        sum(stock_value) as stock_value,
        sum(supply_cost) as supply_cost,
        sum(least_supply_cost) as least_supply_cost,
        sum(delivered_lines) as delivered_lines,
        sum(late_lines) as late_lines,
        sum(returned_lines) as returned_lines,
        sum(total_days_in_transit) as total_days_in_transit
    from tpch_intermediate.int_supplier_parts
    group by supplier_key, supplier_name, nation_name, region_name
),

scored as (
    select
        *,
        (100 * supply_cost / nullif(least_supply_cost, 0))::number(9, 2) as cost_index,
        (100 * late_lines / nullif(delivered_lines, 0))::number(5, 2) as late_percent,
        (100 * returned_lines / nullif(delivered_lines, 0))::number(5, 2)
            as return_percent
    from offers_by_supplier
)

select
    supplier_key,  -- The supplier. @not_null @unique
    supplier_name,  -- The supplier's name. @not_null
    nation_name,  -- Where the supplier is.
    region_name,  -- The region of that nation.
    offered_parts,  -- Parts on offer. @check offered_parts > 0
    parts_out_of_stock,  -- Those that have run out.
    stock_value,  -- US dollars: what the stock costs.
    cost_index,  -- 100: nobody is cheaper. @check cost_index >= 100
    delivered_lines,  -- Order lines. @not_null
    -- Share of the lines that came later than promised; null without lines.
    -- @check late_percent between 0 and 100
    late_percent,
    -- Share of the lines that were sent back; null without lines.
    -- @check return_percent between 0 and 100
    return_percent,
    -- Days on the way, of a line; null without lines.
    (total_days_in_transit / nullif(delivered_lines, 0))::number(9, 2)
        as average_days_in_transit,
    -- 1 is the cheapest; equals share a rank.
    rank() over (order by cost_index) as cost_rank,
    -- 1 is the most punctual, null without lines; equals share a rank.
    iff(
        late_percent is null,
        null,
        rank() over (order by late_percent nulls last)
    ) as punctuality_rank
from scored
