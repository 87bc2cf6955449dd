-- Regional sales as they landed, with types; one row per landed row. What does not fit its
-- type is null here, and stands in the raw table as it came.

select
    nullif(trim(sale_id), '') as sale_id,  -- The sale.
    -- What counts as one sale: a row without a sale_id stands for itself. @not_null
    coalesce(nullif(trim(sale_id), ''), file_name || ' ' || file_row_number)
        as sale_key,
    -- The code of the region; null for a region that nobody knows.
    case region
        when 'us_east' then 'US-EAST'
        when 'us_west' then 'US-WEST'
        when 'europe' then 'EUROPE'
        when 'asia_pacific' then 'APAC'
    end as region,
    nullif(trim(customer_id), '') as customer_id,  -- Who bought.
    nullif(trim(product_id), '') as product_id,  -- What was bought.
    nullif(trim(store_id), '') as store_id,  -- Where.
    try_to_date(sale_date) as sale_date,  -- The day of the sale.
    try_to_decimal(quantity, 12, 2) as quantity,  -- Pieces.
    try_to_decimal(unit_price, 12, 2) as unit_price,  -- US dollars for one piece.
    -- US dollars before discount and tax.
    try_to_decimal(total_amount, 12, 2) as total_amount,
    -- US dollars off; missing counts as none.
    coalesce(try_to_decimal(discount_amount, 12, 2), 0)::number(12, 2)
        as discount_amount,
    -- US dollars; missing counts as none.
    coalesce(try_to_decimal(tax_amount, 12, 2), 0)::number(12, 2) as tax_amount,
    nullif(trim(payment_method), '') as payment_method,  -- How it was paid.
    nullif(upper(trim(status)), '') as status,  -- COMPLETED, or what became of it later.
    coalesce(try_to_boolean(is_deleted), false) as is_deleted,  -- Deleted at the source.
    -- When this version of the sale was written, UTC.
    try_to_timestamp_ntz(updated_at) as updated_at,
    batch_id,  -- The day it was extracted for, YYYYMMDD.
    try_to_date(batch_id, 'YYYYMMDD') as batch_date,  -- The same as a date.
    -- When the extraction read it, UTC.
    try_to_timestamp_ntz(extracted_at) as extracted_at,
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from regional_raw.sales
