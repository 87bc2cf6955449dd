-- Orders with types, the newest version of each that fits; one row per order.
--
-- The sync delivers an order again when it has changed, and sometimes when it has not. The
-- version of the newest sync counts, by the time in its file's name. A version that does
-- not fit goes to quarantine with its reason and leaves the one before it in place.
--
-- @materialized incremental
-- @unique_key order_number

with landed as (
    select
        nullif(trim(order_number), '') as order_number,
        nullif(trim(total_price), '') as total_price,
        nullif(trim(current_total_tax), '') as current_total_tax,
        lower(nullif(trim(email), '')) as email,
        coalesce(
            created_at:member0::varchar,
            created_at:member1::varchar,
            created_at::varchar
        ) as created_at,
        shipping_address,
        coalesce(
            try_to_timestamp_ntz(regexp_substr(file_name, '[0-9]{13}')),
            ingestion_ts
        ) as synced_at,
        ingestion_ts,
        file_name,
        file_row_number
    from shopify_raw.orders
),

arrived as (
    select coalesce(landed.order_number, '') as order_number
    from landed
    where
        landed.ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from shopify_staging.stg_orders as loaded
        )
),

typed as (
    select
        order_number,
        try_to_decimal(total_price, 12, 2) as total_price,
        coalesce(try_to_decimal(current_total_tax, 12, 2), 0) as current_total_tax,
        email,
        convert_timezone('UTC', try_to_timestamp_tz(created_at))::timestamp_ntz
            as created_at,
        nullif(trim(shipping_address:first_name::varchar), '') as first_name,
        nullif(trim(shipping_address:last_name::varchar), '') as last_name,
        nullif(trim(shipping_address:address1::varchar), '') as address1,
        nullif(trim(shipping_address:city::varchar), '') as city,
        nullif(trim(shipping_address:province::varchar), '') as province,
        nullif(trim(shipping_address:country::varchar), '') as country,
        nullif(trim(shipping_address:zip::varchar), '') as zip,
        try_to_decimal(shipping_address:latitude::varchar, 9, 6) as latitude,
        try_to_decimal(shipping_address:longitude::varchar, 9, 6) as longitude,
        synced_at,
        ingestion_ts,
        file_name,
        file_row_number,
        case
            when order_number is null then 'order_number is missing'
            when total_price is null then 'total_price is missing'
            when try_to_decimal(total_price, 12, 2) is null
                then 'total_price is not a number: ' || total_price
            when try_to_decimal(total_price, 12, 2) < 0
                then 'total_price is negative: ' || total_price
            when
                current_total_tax is not null
                and try_to_decimal(current_total_tax, 12, 2) is null
                then 'current_total_tax is not a number: ' || current_total_tax
            when created_at is null then 'created_at is missing'
            when try_to_timestamp_tz(created_at) is null
                then 'created_at is not a timestamp: ' || created_at
        end as rejection_reason
    from landed
)

select
    order_number,  -- The order, as its customer knows it. @not_null @unique
    -- Who bought: the e-mail address, or the name; null if neither is known.
    coalesce(
        email,
        nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')
    ) as customer_identifier,
    total_price,  -- US dollars, tax included. @check total_price >= 0
    current_total_tax,  -- US dollars of it that are tax; missing tax counts as none.
    email,  -- In lower case. Contact data: for stewards alone.
    created_at,  -- When the order was placed, UTC. @not_null
    first_name,  -- To whom it goes.
    last_name,  -- To whom it goes.
    address1,  -- Street and number.
    city,  -- Town.
    province,  -- State, province or region.
    country,  -- Country.
    zip,  -- Postal code.
    latitude,  -- Degrees north.
    longitude,  -- Degrees east.
    synced_at,  -- When the sync that delivered it ran, UTC. @not_null
    -- When a version of the order last arrived, UTC. @not_null
    iff(
        rejection_reason is null,
        max(ingestion_ts) over (partition by order_number),
        ingestion_ts
    ) as ingestion_ts,
    file_name,  -- The file it came in. @not_null
    file_row_number,  -- The row in that file. @not_null
    -- What does not fit, with the value as it came.
    -- @quarantine @check rejection_reason is null
    rejection_reason
from typed
where coalesce(order_number, '') in (select arrived.order_number from arrived)
qualify
    rejection_reason is not null
    or row_number() over (
        partition by order_number, rejection_reason
        order by
            synced_at desc,
            ingestion_ts desc,
            file_name desc,
            file_row_number desc
    ) = 1
