-- What was paid is what the lines add up to, less discount, plus shipping. Orders whose
-- lines have not arrived are left out, and those with a line whose quantity counts as
-- none: the till had counted with it.

with lines_by_order as (
    select
        order_id,
        sum(line_total) as goods_amount,
        min(quantity) as smallest_quantity
    from retail_core.fact_orderitems
    group by order_id
)

select
    orders.order_id,
    orders.total_amount,
    lines_by_order.goods_amount,
    orders.discount_amount,
    orders.shipping_cost
from retail_core.fact_orders as orders
inner join lines_by_order
    on orders.order_id = lines_by_order.order_id
where
    lines_by_order.smallest_quantity > 0
    and orders.total_amount
    <> lines_by_order.goods_amount - orders.discount_amount + orders.shipping_cost
