-- Who buys: the customers of the shop, and guests whom only orders know; one row per
-- customer. Of a guest the newest order counts.

with guests as (
    select
        orders.customer_identifier,
        orders.first_name,
        orders.last_name,
        orders.email,
        min(orders.created_at) over (
            partition by orders.customer_identifier
        ) as created_at,
        orders.address1,
        orders.city,
        orders.province,
        orders.country,
        orders.zip,
        orders.ingestion_ts
    from shopify_staging.stg_orders as orders
    where
        orders.customer_identifier is not null
        and orders.customer_identifier not in (
            select customers.customer_identifier
            from shopify_staging.stg_customers as customers
        )
    qualify
        row_number() over (
            partition by orders.customer_identifier
            order by orders.created_at desc, orders.order_number desc
        ) = 1
),

everyone as (
    select
        customer_identifier,
        first_name,
        last_name,
        email,
        created_at,
        address1,
        city,
        province,
        country,
        zip,
        false as is_guest,
        ingestion_ts
    from shopify_staging.stg_customers
    union all
    select
        customer_identifier,
        first_name,
        last_name,
        email,
        created_at,
        address1,
        city,
        province,
        country,
        zip,
        true as is_guest,
        ingestion_ts
    from guests
)

select
    -- From first name, last name and e-mail address. @not_null @unique
    md5(
        shopify_serving.key_part(first_name)
        || shopify_serving.key_part(last_name)
        || shopify_serving.key_part(email)
    ) as customer_key,
    customer_identifier,  -- The e-mail address, or the name. @not_null @unique
    first_name,  -- Missing for some.
    last_name,  -- Missing for some.
    email,  -- In lower case. Contact data: for stewards alone.
    created_at,  -- When the shop first knew the customer, UTC. @not_null
    address1,  -- Street and number.
    city,  -- Town.
    province,  -- State, province or region.
    country,  -- Country.
    zip,  -- Postal code.
    is_guest,  -- Whether only orders know the customer.
    ingestion_ts  -- When a version of the customer last arrived, UTC. @not_null
from everyone
