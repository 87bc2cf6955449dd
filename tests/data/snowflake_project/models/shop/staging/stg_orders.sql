-- Every order, typed.
--
-- @materialized view

select
    order_id::number(38, 0) as order_id,  -- @not_null
    customer,
    amount::number(12, 2) as amount,  -- @check amount > 0
    ordered_at::timestamp_ntz as ordered_at
from shop_raw.orders
