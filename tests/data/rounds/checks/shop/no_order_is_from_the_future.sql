-- Orders have been placed.

select order_id
from shop_core.fact_orders
where ordered_on > '2100-01-01'
