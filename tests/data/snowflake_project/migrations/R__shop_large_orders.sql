create or replace view shop_raw.large_orders as
select order_id
from shop_raw.orders
where amount::number(12, 2) > {{ least_amount }};
