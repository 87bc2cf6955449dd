-- Products as they landed, with types, and the reason why a row does not fit;
-- one row per landed row.

with landed as (
    select
        nullif(trim(product_id), '') as product_id,
        nullif(trim(product_name), '') as product_name,
        nullif(trim(category), '') as category,
        nullif(trim(brand), '') as brand,
        nullif(trim(price), '') as price,
        nullif(trim(created_at), '') as created_at,
        ingestion_ts,
        file_name,
        file_row_number
    from retail_raw.products
)

select
    landed.product_id,  -- The product.
    landed.product_name,  -- Its name on the shelf.
    landed.category,  -- One of five.
    landed.brand,  -- Who makes it.
    -- US dollars; negative for some by mistake.
    try_to_decimal(landed.price, 12, 2) as price,
    -- When this version was written, UTC.
    try_to_timestamp_ntz(landed.created_at) as created_at,
    landed.ingestion_ts,  -- When the scan of the file began, UTC.
    landed.file_name,  -- The file it came in.
    landed.file_row_number,  -- The row in that file.
    -- Whether the file holds all there are, rather than changes.
    contains('/' || landed.file_name, '/full_') as is_full_extract,
    -- When the file was written, by its name, else when it was loaded, UTC.
    coalesce(
        try_to_timestamp_ntz(
            regexp_substr(landed.file_name, '[0-9]{8}T[0-9]{6}'),
            'YYYYMMDD"T"HH24MISS'
        ),
        landed.ingestion_ts
    ) as delivered_at,
    -- What does not fit, with the value as it came; null for a row that fits.
    case
        when landed.product_id is null then 'product_id is missing'
        when try_to_decimal(coalesce(landed.price, '0'), 12, 2) is null
            then 'price is not an amount: ' || landed.price
        when landed.created_at is null then 'created_at is missing'
        when try_to_timestamp_ntz(landed.created_at) is null
            then 'created_at is not a timestamp: ' || landed.created_at
    end as rejection_reason
from landed
