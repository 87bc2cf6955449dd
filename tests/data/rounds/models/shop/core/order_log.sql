-- Every delivery of every order.
--
-- @materialized incremental
-- @incremental_strategy append

select
    order_id,
    amount,
    delivery
from shop_staging.stg_orders
where
    delivery > (
        select coalesce(max(loaded.delivery), 0)
        from shop_core.order_log as loaded
    )
