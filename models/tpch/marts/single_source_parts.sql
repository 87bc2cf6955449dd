-- Parts that one supplier alone has in stock, with what hangs on them; one row per part.

with sales_by_part as (
    select
        part_key,
        count_if(order_status <> 'F') as open_lines,
        sum(discounted_price) as total_revenue
    from tpch_intermediate.int_order_lineitems
    group by part_key
)

select
    offers.part_key,  -- The part. @not_null @unique
    offers.part_name,  -- Its name.
    offers.supplier_key,  -- The one who has it. @not_null
    offers.supplier_name,  -- The supplier's name.
    offers.supplier_count,  -- Suppliers who offer it, in stock or not.
    offers.avail_qty,  -- Pieces in stock. @check avail_qty > 0
    -- Lines of orders that are not finished. @not_null
    coalesce(sales.open_lines, 0) as open_lines,
    -- US dollars of all lines so far, after discount: what is at risk. @not_null
    coalesce(sales.total_revenue, 0)::number(18, 2) as total_revenue
from tpch_intermediate.int_supplier_parts as offers
left join sales_by_part as sales
    on offers.part_key = sales.part_key
where
    offers.suppliers_in_stock = 1
    and offers.avail_qty > 0
