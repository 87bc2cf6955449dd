-- Order lines as they landed, with types, and the reason why a row does not fit;
-- one row per landed row.

with landed as (
    select
        nullif(trim(order_id), '') as order_id,
        nullif(trim(product_id), '') as product_id,
        nullif(trim(quantity), '') as quantity,
        nullif(trim(unit_price), '') as unit_price,
        nullif(trim(line_total), '') as line_total,
        nullif(trim(line_discount), '') as line_discount,
        nullif(trim(created_at), '') as created_at,
        ingestion_ts,
        file_name,
        file_row_number
    from retail_raw.orderitems
)

select
    landed.order_id,  -- The order.
    landed.product_id,  -- What was bought.
    -- Pieces; negative for some by mistake.
    try_to_number(landed.quantity) as quantity,
    -- US dollars for one piece.
    try_to_decimal(landed.unit_price, 12, 2) as unit_price,
    -- US dollars: quantity times price, less discount.
    try_to_decimal(landed.line_total, 12, 2) as line_total,
    -- US dollars off this line.
    try_to_decimal(landed.line_discount, 12, 2) as line_discount,
    -- When the order was placed, UTC.
    try_to_timestamp_ntz(landed.created_at) as created_at,
    landed.ingestion_ts,  -- When the scan of the file began, UTC.
    landed.file_name,  -- The file it came in.
    landed.file_row_number,  -- The row in that file.
    -- What does not fit, with the value as it came; null for a row that fits.
    case
        when landed.order_id is null then 'order_id is missing'
        when landed.product_id is null then 'product_id is missing'
        when try_to_number(coalesce(landed.quantity, '0')) is null
            then 'quantity is not a number: ' || landed.quantity
        when try_to_decimal(landed.quantity, 38, 9) <> try_to_number(landed.quantity)
            then 'quantity is not a whole number: ' || landed.quantity
        when try_to_decimal(coalesce(landed.unit_price, '0'), 12, 2) is null
            then 'unit_price is not an amount: ' || landed.unit_price
        when try_to_decimal(coalesce(landed.line_total, '0'), 12, 2) is null
            then 'line_total is not an amount: ' || landed.line_total
        when try_to_decimal(coalesce(landed.line_discount, '0'), 12, 2) is null
            then 'line_discount is not an amount: ' || landed.line_discount
        when landed.created_at is null then 'created_at is missing'
        when try_to_timestamp_ntz(landed.created_at) is null
            then 'created_at is not a timestamp: ' || landed.created_at
    end as rejection_reason
from landed
