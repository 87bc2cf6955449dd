-- One pipe per kind of record; each file loads once. Times are kept in UTC, whatever the
-- account's time zone is.

create pipe if not exists shopify_raw.load_orders
auto_ingest = true
comment = 'Orders from the landing stage'
as
copy into shopify_raw.orders (
    _airbyte_ab_id,
    order_number,
    total_price,
    current_total_tax,
    email,
    created_at,
    shipping_address,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:_airbyte_ab_id::varchar,
        $1:order_number::varchar,
        $1:total_price::varchar,
        $1:current_total_tax::varchar,
        $1:email::varchar,
        $1:created_at as created_at,
        $1:shipping_address as shipping_address,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @shopify_raw.landing/orders/
)
pattern = '.*[.]parquet'
file_format = (format_name = 'shopify_raw.parquet_files')
on_error = skip_file;

create pipe if not exists shopify_raw.load_customers
auto_ingest = true
comment = 'Customers from the landing stage'
as
copy into shopify_raw.customers (
    _airbyte_ab_id,
    first_name,
    last_name,
    email,
    total_spent,
    created_at,
    default_address,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:_airbyte_ab_id::varchar,
        $1:first_name::varchar,
        $1:last_name::varchar,
        $1:email::varchar,
        $1:total_spent::varchar,
        $1:created_at as created_at,
        $1:default_address as default_address,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @shopify_raw.landing/customers/
)
pattern = '.*[.]parquet'
file_format = (format_name = 'shopify_raw.parquet_files')
on_error = skip_file;
