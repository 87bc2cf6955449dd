with recent_orders as (
    select
        order_id,  -- @not_null
        total_amount
    from shop_raw.orders
)

-- @unique order_id
select
    order_id,
    total_amount
from recent_orders  -- @check count(*) > 0
