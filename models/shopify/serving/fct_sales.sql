-- The sales; one row per transaction.
--
-- An increment takes the orders that arrived, and those of customers who changed, since a
-- customer's key follows the name. What arrived is told by load time, with an hour of
-- overlap.
--
-- @materialized incremental
-- @unique_key sales_key
-- @cluster_by created_at_key

with sales as (
    select
        orders.order_number,
        orders.total_price,
        orders.current_total_tax,
        orders.created_at,
        customers.customer_key,
        case
            when
                coalesce(orders.address1, orders.city, orders.country, orders.zip)
                is not null
                then
                    md5(
                        shopify_serving.key_part(orders.address1)
                        || shopify_serving.key_part(orders.city)
                        || shopify_serving.key_part(orders.country)
                        || shopify_serving.key_part(orders.zip)
                    )
        end as location_key,
        greatest(
            orders.ingestion_ts, coalesce(customers.ingestion_ts, orders.ingestion_ts)
        ) as ingestion_ts
    from shopify_staging.stg_orders as orders
    left join shopify_serving.dim_customers as customers
        on orders.customer_identifier = customers.customer_identifier
)

select
    -- From the order's number. @not_null @unique
    md5(shopify_serving.key_part(order_number)) as sales_key,
    order_number,  -- The order, as its customer knows it. @not_null @unique
    total_price,  -- US dollars, tax included. @check total_price >= 0
    current_total_tax,  -- US dollars of it that are tax. @not_null
    -- The day, UTC. @not_null @references shopify_serving.dim_dates(date_key)
    to_char(created_at, 'YYYYMMDD')::number(8, 0) as created_at_key,
    -- Who bought; null if the order names nobody.
    -- @references shopify_serving.dim_customers(customer_key)
    customer_key as customer_identifier_key,
    -- Where it went; null if the order names no place.
    -- @references shopify_serving.dim_locations(location_key)
    location_key,
    ingestion_ts  -- When the order or its customer last arrived, UTC. @not_null
from sales
where
    ingestion_ts > (
        select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
        from shopify_serving.fct_sales as loaded
    )
