-- Versions of products as they landed, with types, and what is wrong with them; one row per
-- landed row, whether it is still in raw or has been archived since.

with landed as (
    select *
    from sales_raw.product_raw
    union all by name
    select *
    from sales_archive.product_raw
),

fields as (
    select
        nullif(upper(trim(product_id)), '') as product_id,
        nullif(trim(product_name), '') as product_name,
        nullif(trim(category), '') as category,
        nullif(trim(sub_category), '') as sub_category,
        nullif(trim(brand), '') as brand,
        nullif(trim(unit_cost), '') as unit_cost,
        nullif(trim(unit_price), '') as unit_price,
        nullif(trim(is_active), '') as is_active,
        nullif(trim(updated_at), '') as updated_at,
        ingestion_ts,
        file_name,
        file_row_number
    from landed
)

select
    fields.product_id,  -- The product.
    fields.product_name,  -- Its name on the shelf.
    fields.category,  -- Department.
    fields.sub_category,  -- Shelf.
    fields.brand,  -- Who makes it.
    try_to_decimal(fields.unit_cost, 12, 2) as unit_cost,  -- US dollars that a piece costs.
    -- US dollars that a piece sells for.
    try_to_decimal(fields.unit_price, 12, 2) as unit_price,
    -- Whether it is still sold; it is unless the file says no.
    coalesce(try_to_boolean(fields.is_active), true) as is_active,
    -- From when this version holds, UTC.
    try_to_timestamp_ntz(fields.updated_at) as updated_at,
    -- When the file was written, by its name, else when it was loaded, UTC.
    coalesce(
        try_to_timestamp_ntz(
            regexp_substr(fields.file_name, '[0-9]{8}T[0-9]{6}'),
            'YYYYMMDD"T"HH24MISS'
        ),
        fields.ingestion_ts
    ) as delivered_at,
    fields.ingestion_ts,  -- When the scan of the file began, UTC.
    fields.file_name,  -- The file it came in.
    fields.file_row_number,  -- The row in that file.
    -- A value that is there and does not fit its type, as it came; else null.
    case
        when try_to_decimal(coalesce(fields.unit_cost, '0'), 12, 2) is null
            then 'unit_cost is not an amount: ' || fields.unit_cost
        when try_to_decimal(coalesce(fields.unit_price, '0'), 12, 2) is null
            then 'unit_price is not an amount: ' || fields.unit_price
        when try_to_boolean(coalesce(fields.is_active, 'true')) is null
            then 'is_active is neither true nor false: ' || fields.is_active
        when
            fields.updated_at is not null
            and try_to_timestamp_ntz(fields.updated_at) is null
            then 'updated_at is not a timestamp: ' || fields.updated_at
    end as misfit
from fields
