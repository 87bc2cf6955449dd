-- What lands, one table per kind of file. Columns are text or, for streamed events, variant,
-- so that nothing is lost at the door: the staging models cast, and set aside what does
-- not fit.

create table if not exists sales_raw.sales_raw (
    record_metadata variant comment 'Topic, partition, offset and time of the event',
    record_content variant comment 'The event: one sale',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, by its path in the bucket',
    file_row_number number comment 'The row in that file'
)
comment = 'Streamed sales as the connector writes them, some twice and out of order';

create table if not exists sales_raw.sales_batch_raw (
    order_id varchar comment 'The order; one that was streamed as well has the same',
    order_date varchar comment 'The day of the sale',
    ship_date varchar comment 'The day on which it was shipped',
    customer_id varchar comment 'Who bought',
    customer_segment varchar comment 'Consumer, Corporate or Home Office',
    region varchar comment 'Part of the country',
    country varchar comment 'Where it was shipped to',
    state varchar comment 'State or province',
    city varchar comment 'Town',
    store_id varchar comment 'Where it was sold',
    product_id varchar comment 'What was sold',
    quantity varchar comment 'Pieces',
    unit_price varchar comment 'US dollars for one piece',
    sales varchar comment 'US dollars: quantity times price, less discount',
    discount varchar comment 'US dollars off',
    profit varchar comment 'US dollars, as the shop reckons',
    batch_id varchar comment 'The batch, as its writer calls it',
    partition_date varchar comment 'The day that the batch is about',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, by its path in the bucket',
    file_row_number number comment 'The row in that file'
)
comment = 'Sales of the shops that report in batches';

create table if not exists sales_raw.product_raw (
    product_id varchar comment 'The product',
    product_name varchar comment 'Its name on the shelf',
    category varchar comment 'Department',
    sub_category varchar comment 'Shelf',
    brand varchar comment 'Who makes it',
    unit_cost varchar comment 'US dollars that a piece costs',
    unit_price varchar comment 'US dollars that a piece sells for',
    is_active varchar comment 'Whether it is still sold',
    updated_at varchar comment 'From when this version holds, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, by its path in the bucket',
    file_row_number number comment 'The row in that file'
)
comment = 'Products: a row per version';

create table if not exists sales_raw.store_raw (
    store_id varchar comment 'The store',
    store_name varchar comment 'Its name on the door',
    store_type varchar comment 'FLAGSHIP, OUTLET, KIOSK, ONLINE or WAREHOUSE',
    opening_date varchar comment 'When it opened',
    city varchar comment 'Town',
    state varchar comment 'State or province',
    country varchar comment 'Country',
    region varchar comment 'Sales region',
    updated_at varchar comment 'From when this version holds, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, by its path in the bucket',
    file_row_number number comment 'The row in that file'
)
comment = 'Stores: a row per version';
