select
    count(*) as orders
from shop_raw.orders
where order_id in
group by customer_id
