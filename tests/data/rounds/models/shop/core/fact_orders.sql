-- Every order once, as it was delivered last.
--
-- @materialized incremental
-- @unique_key order_id
-- @check count(*) > 0

select
    order_id,  -- @not_null @unique
    customer_id,
    amount,  -- @check amount > 0
    ordered_on,
    delivery
from shop_staging.stg_orders
where
    delivery >= (
        select coalesce(max(loaded.delivery), 0)
        from shop_core.fact_orders as loaded
    )
qualify row_number() over (partition by order_id order by delivery desc) = 1
