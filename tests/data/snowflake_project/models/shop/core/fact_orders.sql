-- One row per order.
--
-- @materialized incremental
-- @incremental_strategy delete+insert
-- @unique_key order_id

select
    order_id,  -- @not_null @unique
    customer,
    amount,
    ordered_at
from shop_staging.stg_orders
where
    ordered_at > (
        select coalesce(max(loaded.ordered_at), '1970-01-01'::timestamp_ntz)
        from shop_core.fact_orders as loaded
    )
