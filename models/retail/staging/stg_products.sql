-- Products that fit, with types; one row per landed row.

select
    product_id,  -- The product. @not_null
    product_name,  -- Its name on the shelf.
    category,  -- One of five.
    brand,  -- Who makes it.
    price,  -- US dollars; negative for some by mistake.
    created_at,  -- When this version was written, UTC. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number,  -- The row in that file. @not_null
    is_full_extract,  -- Whether the file holds all there are. @not_null
    delivered_at  -- When the file was written, UTC. @not_null
from retail_staging.typed_products
where rejection_reason is null
