-- One pipe per kind of file; each file loads once. A row with too few or too many columns
-- fails its cast, and with it the file, which COPY_HISTORY then names: a file whose
-- header lacks or adds a column is refused as a whole. Raw lands as it came: an empty
-- field is empty text. Times are kept in UTC, whatever the account's time zone is.

create pipe if not exists retail_raw.load_customers
auto_ingest = true
comment = 'Customers from the landing stage'
as
copy into retail_raw.customers (
    customer_id,
    first_name,
    last_name,
    email,
    phone_number,
    address,
    city,
    state_province,
    country,
    postal_code,
    created_at,
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
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $11 is null
                then ('fewer than 11 columns: ' || metadata$filename)::number
            when $12 is not null
                then ('more than 11 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @retail_raw.landing/customers/
)
pattern = '.*[.]csv'
file_format = (format_name = 'retail_raw.csv_with_header')
on_error = skip_file;

create pipe if not exists retail_raw.load_products
auto_ingest = true
comment = 'Products from the landing stage'
as
copy into retail_raw.products (
    product_id,
    product_name,
    category,
    brand,
    price,
    created_at,
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
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $6 is null
                then ('fewer than 6 columns: ' || metadata$filename)::number
            when $7 is not null
                then ('more than 6 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @retail_raw.landing/products/
)
pattern = '.*[.]csv'
file_format = (format_name = 'retail_raw.csv_with_header')
on_error = skip_file;

create pipe if not exists retail_raw.load_stores
auto_ingest = true
comment = 'Stores from the landing stage'
as
copy into retail_raw.stores (
    store_id,
    store_name,
    store_type,
    city,
    state_province,
    country,
    postal_code,
    created_at,
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
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $8 is null
                then ('fewer than 8 columns: ' || metadata$filename)::number
            when $9 is not null
                then ('more than 8 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @retail_raw.landing/stores/
)
pattern = '.*[.]csv'
file_format = (format_name = 'retail_raw.csv_with_header')
on_error = skip_file;

create pipe if not exists retail_raw.load_orders
auto_ingest = true
comment = 'Orders from the landing stage'
as
copy into retail_raw.orders (
    order_id,
    customer_id,
    store_id,
    order_status,
    total_amount,
    discount_amount,
    shipping_cost,
    payment_type,
    created_at,
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
    from @retail_raw.landing/orders/
)
pattern = '.*[.]csv'
file_format = (format_name = 'retail_raw.csv_with_header')
on_error = skip_file;

create pipe if not exists retail_raw.load_orderitems
auto_ingest = true
comment = 'Order lines from the landing stage'
as
copy into retail_raw.orderitems (
    order_id,
    product_id,
    quantity,
    unit_price,
    line_total,
    line_discount,
    created_at,
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
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $7 is null
                then ('fewer than 7 columns: ' || metadata$filename)::number
            when $8 is not null
                then ('more than 7 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @retail_raw.landing/orderitems/
)
pattern = '.*[.]csv'
file_format = (format_name = 'retail_raw.csv_with_header')
on_error = skip_file;
