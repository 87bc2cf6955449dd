-- The total price of an order is what its lines come to, with tax. The source drops the
-- fraction of a cent twice in each line, after discount and after tax: three cents for
-- each are let pass. Orders without lines are left out.

with lines_by_order as (
    select
        order_key,
        count(*) as line_count,
        sum(charge) as total_charge
    from tpch_intermediate.int_order_lineitems
    group by order_key
)

select
    orders.order_key,
    orders.total_price,
    lines_by_order.total_charge
from tpch_staging.stg_fct_orders as orders
inner join lines_by_order
    on orders.order_key = lines_by_order.order_key
where
    abs(orders.total_price - lines_by_order.total_charge)
    > 0.03 * lines_by_order.line_count
