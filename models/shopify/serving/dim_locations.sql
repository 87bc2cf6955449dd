-- Places that orders go to or customers live at; one row per place.

select
    -- From street, town, country and postal code. @not_null @unique
    md5(
        shopify_serving.key_part(address1)
        || shopify_serving.key_part(city)
        || shopify_serving.key_part(country)
        || shopify_serving.key_part(zip)
    ) as location_key,
    address1,  -- Street and number.
    city,  -- Town.
    province,  -- State, province or region.
    country,  -- Country.
    zip,  -- Postal code.
    latitude,  -- Degrees north.
    longitude  -- Degrees east.
from shopify_staging.stg_locations
