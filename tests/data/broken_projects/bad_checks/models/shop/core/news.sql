-- @new_rows @check count(*) > 0
-- @check row_number() over (order by order_id) = 1
-- @check count(*) > (0
-- @check a > 0; drop table x
-- @owner data's team @tags daily

select order_id  -- @warn @warn @not_null
from shop_raw.orders
