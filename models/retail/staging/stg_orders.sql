-- Orders that fit, with types; one row per landed row.

select
    order_id,  -- The order. @not_null
    customer_id,  -- Who bought.
    store_id,  -- Where.
    order_status,  -- How far it has come.
    total_amount,  -- US dollars: the lines, less discount, plus shipping.
    discount_amount,  -- US dollars off the whole order.
    shipping_cost,  -- US dollars.
    payment_type,  -- How it was paid.
    created_at,  -- When the order was placed, UTC. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from retail_staging.typed_orders
where rejection_reason is null
