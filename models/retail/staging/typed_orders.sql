-- Orders as they landed, with types, and the reason why a row does not fit;
-- one row per landed row.

with landed as (
    select
        nullif(trim(order_id), '') as order_id,
        nullif(trim(customer_id), '') as customer_id,
        nullif(trim(store_id), '') as store_id,
        nullif(trim(order_status), '') as order_status,
        nullif(trim(total_amount), '') as total_amount,
        nullif(trim(discount_amount), '') as discount_amount,
        nullif(trim(shipping_cost), '') as shipping_cost,
        nullif(trim(payment_type), '') as payment_type,
        nullif(trim(created_at), '') as created_at,
        ingestion_ts,
        file_name,
        file_row_number
    from retail_raw.orders
)

select
    landed.order_id,  -- The order.
    landed.customer_id,  -- Who bought.
    landed.store_id,  -- Where.
    landed.order_status,  -- How far it has come.
    -- US dollars: the lines, less discount, plus shipping.
    try_to_decimal(landed.total_amount, 12, 2) as total_amount,
    -- US dollars off the whole order.
    try_to_decimal(landed.discount_amount, 12, 2) as discount_amount,
    try_to_decimal(landed.shipping_cost, 12, 2) as shipping_cost,  -- US dollars.
    landed.payment_type,  -- How it was paid.
    -- When the order was placed, UTC.
    try_to_timestamp_ntz(landed.created_at) as created_at,
    landed.ingestion_ts,  -- When the scan of the file began, UTC.
    landed.file_name,  -- The file it came in.
    landed.file_row_number,  -- The row in that file.
    -- What does not fit, with the value as it came; null for a row that fits.
    case
        when landed.order_id is null then 'order_id is missing'
        when try_to_decimal(coalesce(landed.total_amount, '0'), 12, 2) is null
            then 'total_amount is not an amount: ' || landed.total_amount
        when try_to_decimal(coalesce(landed.discount_amount, '0'), 12, 2) is null
            then 'discount_amount is not an amount: ' || landed.discount_amount
        when try_to_decimal(coalesce(landed.shipping_cost, '0'), 12, 2) is null
            then 'shipping_cost is not an amount: ' || landed.shipping_cost
        when landed.created_at is null then 'created_at is missing'
        when try_to_timestamp_ntz(landed.created_at) is null
            then 'created_at is not a timestamp: ' || landed.created_at
    end as rejection_reason
from landed
