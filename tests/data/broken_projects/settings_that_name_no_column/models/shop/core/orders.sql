-- @materialized incremental
-- @unique_key orderid
-- @cluster_by to_date(order_at)
-- @merge_exclude_columns first_seen
-- @unique order_id, customer
-- @check count(distinct custmer_id) > 1

select
    order_id,
    customer_id,  -- @check customer_id > orderid
    ordered_at
from shop_raw.orders
