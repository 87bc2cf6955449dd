-- One pipe per kind of file; each file loads once. A file with a row of too few or too many
-- columns, or with a line that is no JSON, is refused as a whole, and COPY_HISTORY names it.
-- Raw lands as it came: an empty field is empty text. Times are kept in UTC, whatever the
-- account's time zone is.

create pipe if not exists sales_raw.load_sales_raw
auto_ingest = true
comment = 'Streamed sales from the landing stage'
as
copy into sales_raw.sales_raw (
    record_metadata,
    record_content,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:record_metadata as record_metadata,
        $1:record_content as record_content,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @sales_raw.landing/stream/
)
pattern = '.*[.]json'
file_format = (format_name = 'sales_raw.json_lines')
on_error = skip_file;

create pipe if not exists sales_raw.load_sales_batch_raw
auto_ingest = true
comment = 'Sales in batches from the landing stage'
as
copy into sales_raw.sales_batch_raw (
    order_id,
    order_date,
    ship_date,
    customer_id,
    customer_segment,
    region,
    country,
    state,
    city,
    store_id,
    product_id,
    quantity,
    unit_price,
    sales,
    discount,
    profit,
    batch_id,
    partition_date,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1,
        $2,
        $3,
        $4,
        $5,
        $6,
        $7,
        $8,
        $9,
        $10,
        $11,
        $12,
        $13,
        $14,
        $15,
        $16,
        $17,
        $18,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $18 is null
                then ('fewer than 18 columns: ' || metadata$filename)::number
            when $19 is not null
                then ('more than 18 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @sales_raw.landing/batch/
)
pattern = '.*[.]csv'
file_format = (format_name = 'sales_raw.csv_with_header')
on_error = skip_file;

create pipe if not exists sales_raw.load_product_raw
auto_ingest = true
comment = 'Versions of products from the landing stage'
as
copy into sales_raw.product_raw (
    product_id,
    product_name,
    category,
    sub_category,
    brand,
    unit_cost,
    unit_price,
    is_active,
    updated_at,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1,
        $2,
        $3,
        $4,
        $5,
        $6,
        $7,
        $8,
        $9,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $9 is null
                then ('fewer than 9 columns: ' || metadata$filename)::number
            when $10 is not null
                then ('more than 9 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @sales_raw.landing/products/
)
pattern = '.*[.]csv'
file_format = (format_name = 'sales_raw.csv_with_header')
on_error = skip_file;

create pipe if not exists sales_raw.load_store_raw
auto_ingest = true
comment = 'Versions of stores from the landing stage'
as
copy into sales_raw.store_raw (
    store_id,
    store_name,
    store_type,
    opening_date,
    city,
    state,
    country,
    region,
    updated_at,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1,
        $2,
        $3,
        $4,
        $5,
        $6,
        $7,
        $8,
        $9,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $9 is null
                then ('fewer than 9 columns: ' || metadata$filename)::number
            when $10 is not null
                then ('more than 9 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @sales_raw.landing/stores/
)
pattern = '.*[.]csv'
file_format = (format_name = 'sales_raw.csv_with_header')
on_error = skip_file;
