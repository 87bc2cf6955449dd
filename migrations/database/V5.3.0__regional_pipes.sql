-- Each file loads once; one that is delivered again under another name loads again. Region
-- and batch are not in the file: its folders name them. A column that a file lacks is null
-- in all of its rows, which the gate on its batch finds.

create pipe if not exists regional_raw.load_sales
auto_ingest = true
comment = 'Sales of all regions from the landing stage'
as
copy into regional_raw.sales (
    region,
    batch_id,
    sale_id,
    customer_id,
    product_id,
    store_id,
    sale_date,
    quantity,
    unit_price,
    total_amount,
    discount_amount,
    tax_amount,
    payment_method,
    status,
    is_deleted,
    updated_at,
    extracted_at,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        split_part(split_part(metadata$filename, 'region=', 2), '/', 1) as region,
        split_part(split_part(metadata$filename, 'batch=', 2), '/', 1) as batch_id,
        $1:sale_id::varchar as sale_id,
        $1:customer_id::varchar as customer_id,
        $1:product_id::varchar as product_id,
        $1:store_id::varchar as store_id,
        $1:sale_date::varchar as sale_date,
        $1:quantity::varchar as quantity,
        $1:unit_price::varchar as unit_price,
        $1:total_amount::varchar as total_amount,
        $1:discount_amount::varchar as discount_amount,
        $1:tax_amount::varchar as tax_amount,
        $1:payment_method::varchar as payment_method,
        $1:status::varchar as status,
        $1:is_deleted::varchar as is_deleted,
        $1:updated_at::varchar as updated_at,
        $1:extracted_at::varchar as extracted_at,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @regional_raw.landing/sales/
)
pattern = '.*[.]parquet'
file_format = (format_name = 'regional_raw.parquet')
on_error = skip_file;
