-- How much came when. Nothing to check.

select
    delivery,
    count(*) as total_rows
from shop_raw.orders
group by delivery
