-- @severity warn
-- @owner sales

select order_id
from shop_raw.orders
where total_amount < 0
