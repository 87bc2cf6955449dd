-- Right, but it reads what is not.
--
-- @materialized incremental
-- @unique_key customer_id

select
    customer_id,
    total_orders
from shop_core.new_rows_alone
where
    customer_id is not null
    or customer_id in (select loaded.customer_id from shop_core.below as loaded)
