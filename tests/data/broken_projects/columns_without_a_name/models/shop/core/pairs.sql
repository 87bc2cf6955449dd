select
    one.*,
    two.*
from shop_raw.orders as one
inner join shop_raw.orders as two
    on one.order_id = two.customer_id
