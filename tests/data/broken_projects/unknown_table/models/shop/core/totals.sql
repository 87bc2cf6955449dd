select sum(total_amount) as total_amount
from shop_core.ordrs
