with cleansed_orders as (
    select
        orders.order_id,
        orders.total_amont
    from shop_raw.orders as orders
)

select
    cleansed_orders.order_id,
    cleansed_orders.total_amount,
    cleaned_orders.customer_id
from cleansed_orders
