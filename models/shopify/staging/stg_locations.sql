-- Every place that orders go to or customers live at; one row per place. Of what several
-- records say about one place the newest sync counts.

with places as (
    select
        address1,
        city,
        province,
        country,
        zip,
        latitude,
        longitude,
        synced_at,
        file_name,
        file_row_number
    from shopify_staging.stg_orders
    union all
    select
        address1,
        city,
        province,
        country,
        zip,
        latitude,
        longitude,
        synced_at,
        file_name,
        file_row_number
    from shopify_staging.stg_customers
)

select
    address1,  -- Street and number.
    city,  -- Town.
    province,  -- State, province or region.
    country,  -- Country.
    zip,  -- Postal code.
    latitude,  -- Degrees north. @warn @check latitude between -90 and 90
    longitude  -- Degrees east. @warn @check longitude between -180 and 180
from places
where coalesce(address1, city, country, zip) is not null
qualify
    row_number() over (
        partition by address1, city, country, zip
        order by
            synced_at desc,
            file_name desc,
            file_row_number desc
    ) = 1
