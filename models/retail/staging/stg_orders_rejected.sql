-- Orders that do not fit their types; one row per landed row, each with its reason.

select
    order_id,  -- As it came; may be missing.
    rejection_reason,  -- What does not fit, with the value as it came. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from retail_staging.typed_orders
where rejection_reason is not null
