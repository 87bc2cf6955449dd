-- What each customer has ordered, computed again for whoever ordered.
--
-- @materialized incremental
-- @incremental_strategy delete+insert
-- @unique_key customer_id

select
    customer_id,  -- @not_null @unique
    count(*) as total_orders,
    sum(amount) as total_amount,
    max(delivery) as delivery
from shop_core.fact_orders
where
    customer_id in (
        select arrived.customer_id
        from shop_staging.stg_orders as arrived
        where
            arrived.delivery >= (
                select coalesce(max(loaded.delivery), 0)
                from shop_core.orders_by_customer as loaded
            )
    )
group by customer_id
