-- All deliveries of 50 and more; the others are in quarantine.

select
    order_id,
    amount,  -- @quarantine @check amount >= 50
    delivery
from shop_staging.stg_orders
