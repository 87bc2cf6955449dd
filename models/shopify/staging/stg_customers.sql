-- Customers with types, the newest version of each; one row per customer.
--
-- A customer is known by e-mail address, or without one by name. The version of the newest
-- sync counts, by the time in its file's name; one that does not fit goes to quarantine.
--
-- @materialized incremental
-- @unique_key customer_identifier

with landed as (
    select
        nullif(trim(first_name), '') as first_name,
        nullif(trim(last_name), '') as last_name,
        lower(nullif(trim(email), '')) as email,
        nullif(trim(total_spent), '') as total_spent,
        coalesce(
            created_at:member0::varchar,
            created_at:member1::varchar,
            created_at::varchar
        ) as created_at,
        default_address,
        coalesce(
            try_to_timestamp_ntz(regexp_substr(file_name, '[0-9]{13}')),
            ingestion_ts
        ) as synced_at,
        ingestion_ts,
        file_name,
        file_row_number
    from shopify_raw.customers
),

identified as (
    select
        landed.*,
        coalesce(
            landed.email,
            nullif(
                trim(
                    coalesce(landed.first_name, '')
                    || ' '
                    || coalesce(landed.last_name, '')
                ),
                ''
            )
        ) as customer_identifier
    from landed
),

arrived as (
    select coalesce(identified.customer_identifier, '') as customer_identifier
    from identified
    where
        identified.ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from shopify_staging.stg_customers as loaded
        )
),

typed as (
    select
        customer_identifier,
        first_name,
        last_name,
        email,
        coalesce(try_to_decimal(total_spent, 12, 2), 0) as total_spent,
        convert_timezone('UTC', try_to_timestamp_tz(created_at))::timestamp_ntz
            as created_at,
        nullif(trim(default_address:address1::varchar), '') as address1,
        nullif(trim(default_address:city::varchar), '') as city,
        nullif(trim(default_address:province::varchar), '') as province,
        nullif(trim(default_address:country::varchar), '') as country,
        nullif(trim(default_address:zip::varchar), '') as zip,
        try_to_decimal(default_address:latitude::varchar, 9, 6) as latitude,
        try_to_decimal(default_address:longitude::varchar, 9, 6) as longitude,
        synced_at,
        ingestion_ts,
        file_name,
        file_row_number,
        case
            when customer_identifier is null then 'neither email nor name'
            when
                total_spent is not null
                and try_to_decimal(total_spent, 12, 2) is null
                then 'total_spent is not a number: ' || total_spent
            when created_at is null then 'created_at is missing'
            when try_to_timestamp_tz(created_at) is null
                then 'created_at is not a timestamp: ' || created_at
        end as rejection_reason
    from identified
)

select
    customer_identifier,  -- The e-mail address, or the name. @not_null @unique
    first_name,  -- Missing for some.
    last_name,  -- Missing for some.
    email,  -- In lower case. Contact data: for stewards alone. @unique
    total_spent,  -- US dollars, as the shop counts them; missing counts as none.
    created_at,  -- When the shop first knew the customer, UTC. @not_null
    address1,  -- Street and number.
    city,  -- Town.
    province,  -- State, province or region.
    country,  -- Country.
    zip,  -- Postal code.
    latitude,  -- Degrees north.
    longitude,  -- Degrees east.
    synced_at,  -- When the sync that delivered this version ran, UTC. @not_null
    -- When a version of the customer last arrived, UTC. @not_null
    iff(
        rejection_reason is null,
        max(ingestion_ts) over (partition by customer_identifier),
        ingestion_ts
    ) as ingestion_ts,
    file_name,  -- The file it came in. @not_null
    file_row_number,  -- The row in that file. @not_null
    -- What does not fit, with the value as it came.
    -- @quarantine @check rejection_reason is null
    rejection_reason
from typed
where
    coalesce(customer_identifier, '') in (
        select arrived.customer_identifier from arrived
    )
qualify
    rejection_reason is not null
    or row_number() over (
        partition by customer_identifier, rejection_reason
        order by
            synced_at desc,
            ingestion_ts desc,
            file_name desc,
            file_row_number desc
    ) = 1
