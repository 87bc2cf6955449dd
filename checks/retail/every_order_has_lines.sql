-- An order whose lines never arrive is in the sales of its day and store, and of no product.
--
-- @severity warn

select orders.order_id
from retail_core.fact_orders as orders
where
    not exists (
        select 1
        from retail_core.fact_orderitems as lines
        where lines.order_id = orders.order_id
    )
