-- Streamed sales as they landed, with types, and what is wrong with them; one row per landed
-- row, whether it is still in raw or has been archived since.

with landed as (
    select
        record_metadata,
        record_content,
        ingestion_ts,
        file_name,
        file_row_number
    from sales_raw.sales_raw
    union all
    select
        record_metadata,
        record_content,
        ingestion_ts,
        file_name,
        file_row_number
    from sales_archive.sales_raw
),

fields as (
    select
        record_metadata:topic::varchar as topic,
        try_to_number(record_metadata:partition::varchar) as partition_id,
        try_to_number(record_metadata:offset::varchar) as record_offset,
        to_timestamp_ntz(try_to_number(record_metadata:CreateTime::varchar), 3)
            as received_at,
        nullif(upper(trim(record_content:order_id::varchar)), '') as order_id,
        nullif(upper(trim(record_content:store_id::varchar)), '') as store_id,
        nullif(upper(trim(record_content:product_id::varchar)), '') as product_id,
        nullif(upper(trim(record_content:customer_id::varchar)), '') as customer_id,
        nullif(trim(record_content:product_name::varchar), '') as product_name,
        nullif(trim(record_content:category::varchar), '') as category,
        nullif(trim(record_content:quantity::varchar), '') as quantity,
        nullif(trim(record_content:unit_price::varchar), '') as unit_price,
        nullif(trim(record_content:total_price::varchar), '') as total_price,
        nullif(trim(record_content:discount::varchar), '') as discount,
        nullif(trim(record_content:sale_timestamp::varchar), '') as sale_timestamp,
        nullif(upper(trim(record_content:payment_method::varchar)), '')
            as payment_method,
        nullif(trim(record_content:store_location::varchar), '') as store_location,
        ingestion_ts,
        file_name,
        file_row_number
    from landed
)

select
    fields.topic,  -- Where the event was published.
    fields.partition_id,  -- The topic's partition.
    fields.record_offset,  -- Where in the partition.
    fields.received_at,  -- When the broker took it in, UTC.
    fields.order_id,  -- The order.
    fields.store_id,  -- Where it was sold.
    fields.product_id,  -- What was sold.
    fields.customer_id,  -- Who bought.
    fields.product_name,  -- What the till calls it.
    fields.category,  -- Department, as the till knows it.
    -- Pieces.
    try_to_number(fields.quantity) as quantity,
    -- US dollars for one piece.
    try_to_decimal(fields.unit_price, 12, 2) as unit_price,
    -- US dollars: quantity times price, less discount.
    try_to_decimal(fields.total_price, 12, 2) as total_price,
    -- US dollars off.
    try_to_decimal(fields.discount, 12, 2) as discount,
    -- When it was sold, UTC; the till may write another zone.
    convert_timezone('UTC', try_to_timestamp_tz(fields.sale_timestamp))::timestamp_ntz
        as sale_timestamp,
    fields.payment_method,  -- How it was paid.
    fields.store_location,  -- Town and state, as the till knows it.
    fields.ingestion_ts,  -- When the scan of the file began, UTC.
    fields.file_name,  -- The file it came in.
    fields.file_row_number,  -- The row in that file.
    -- A value that is there and does not fit its type, as it came; else null.
    case
        when try_to_number(coalesce(fields.quantity, '0')) is null
            then 'quantity is not a number: ' || fields.quantity
        when
            try_to_decimal(fields.quantity, 38, 9) <> try_to_number(fields.quantity)
            then 'quantity is not a whole number: ' || fields.quantity
        when try_to_decimal(coalesce(fields.unit_price, '0'), 12, 2) is null
            then 'unit_price is not an amount: ' || fields.unit_price
        when try_to_decimal(coalesce(fields.total_price, '0'), 12, 2) is null
            then 'total_price is not an amount: ' || fields.total_price
        when try_to_decimal(coalesce(fields.discount, '0'), 12, 2) is null
            then 'discount is not an amount: ' || fields.discount
        when
            fields.sale_timestamp is not null
            and try_to_timestamp_tz(fields.sale_timestamp) is null
            then 'sale_timestamp is not a timestamp: ' || fields.sale_timestamp
    end as misfit
from fields
