-- The customers of the newest extract.

select
    customer_id,
    customer_name,
    changed_at::timestamp_ntz as changed_at,
    delivery
from shop_raw.customers
qualify delivery = max(delivery) over ()
