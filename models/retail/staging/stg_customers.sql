-- Customers that fit, with types; one row per landed row.

select
    customer_id,  -- The customer. @not_null
    first_name,  -- Missing for some.
    last_name,  -- Missing for some.
    email,  -- Masked for all but those who need it.
    phone_number,  -- Masked for all but those who need it.
    address,  -- Street and number.
    city,  -- Town.
    state_province,  -- State, province or region.
    country,  -- Country.
    postal_code,  -- Postal code.
    created_at,  -- When this version was written, UTC. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number,  -- The row in that file. @not_null
    is_full_extract,  -- Whether the file holds all there are. @not_null
    delivered_at  -- When the file was written, UTC. @not_null
from retail_staging.typed_customers
where rejection_reason is null
