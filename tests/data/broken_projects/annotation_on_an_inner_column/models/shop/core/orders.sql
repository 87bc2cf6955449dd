select
    inner_orders.order_id,
    (
        -- @not_null
        select max(orders.total_amount) from shop_raw.orders as orders
    ) as total_amount
from (
    select order_id  -- @unique
    from shop_raw.orders
) as inner_orders
