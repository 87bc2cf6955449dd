-- Orders below 50, as they were delivered last; the others are in quarantine until they get cheaper.
--
-- @materialized incremental
-- @unique_key order_id

select
    order_id,
    amount,  -- @quarantine @check amount < 50
    delivery
from shop_staging.stg_orders
where
    delivery >= (
        select coalesce(max(loaded.delivery), 0)
        from shop_core.cheap_orders as loaded
    )
qualify row_number() over (partition by order_id order by delivery desc) = 1
