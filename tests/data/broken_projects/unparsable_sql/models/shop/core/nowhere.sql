select order_id
from
where order_id > 1
