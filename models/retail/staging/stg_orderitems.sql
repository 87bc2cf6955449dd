-- Order lines that fit, with types; one row per landed row.

select
    order_id,  -- The order. @not_null
    product_id,  -- What was bought. @not_null
    quantity,  -- Pieces; negative for some by mistake.
    unit_price,  -- US dollars for one piece.
    line_total,  -- US dollars: quantity times price, less discount.
    line_discount,  -- US dollars off this line.
    created_at,  -- When the order was placed, UTC. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from retail_staging.typed_orderitems
where rejection_reason is null
