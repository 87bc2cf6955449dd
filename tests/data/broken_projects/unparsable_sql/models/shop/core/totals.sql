select
    order_id
form shop_raw.orders
