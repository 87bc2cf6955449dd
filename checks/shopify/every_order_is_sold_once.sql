-- Every staged order is one row of fct_sales, with its money.

select
    coalesce(orders.order_number, sales.order_number) as order_number,
    orders.total_price as staged_price,
    sales.total_price as sold_price
from shopify_staging.stg_orders as orders
full outer join shopify_serving.fct_sales as sales
    on orders.order_number = sales.order_number
where
    not equal_null(orders.total_price, sales.total_price)
    or orders.order_number is null
    or sales.order_number is null
