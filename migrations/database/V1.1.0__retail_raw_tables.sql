-- What the shops land, one table per kind of file. Columns are text, so that nothing is
-- lost at the door: the staging models cast, and set aside what does not fit.

create table if not exists retail_raw.customers (
    customer_id varchar comment 'The customer',
    first_name varchar comment 'Missing for some',
    last_name varchar comment 'Missing for some',
    email varchar
    with masking policy governance.policies.email
    comment 'Masked for all but those who need it',
    phone_number varchar
    with masking policy governance.policies.phone_number
    comment 'Masked for all but those who need it',
    address varchar comment 'Street and number',
    city varchar comment 'Town',
    state_province varchar comment 'State, province or region',
    country varchar comment 'Country',
    postal_code varchar comment 'Postal code',
    created_at varchar comment 'When this version of the customer was written, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Customers: full_*.csv hold all of them, delta_*.csv the changed ones';

create table if not exists retail_raw.products (
    product_id varchar comment 'The product',
    product_name varchar comment 'Its name on the shelf',
    category varchar comment 'One of five',
    brand varchar comment 'Who makes it',
    price varchar comment 'US dollars; negative for some by mistake',
    created_at varchar comment 'When this version of the product was written, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Products: full_*.csv hold all of them, delta_*.csv the changed ones';

create table if not exists retail_raw.stores (
    store_id varchar comment 'The store',
    store_name varchar comment 'Its name on the door',
    store_type varchar comment 'Online, or brick and mortar',
    city varchar comment 'Town',
    state_province varchar comment 'State, province or region',
    country varchar comment 'Country',
    postal_code varchar comment 'Postal code',
    created_at varchar comment 'When this version of the store was written, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Stores: full_*.csv hold all of them, delta_*.csv the changed ones';

create table if not exists retail_raw.orders (
    order_id varchar comment 'The order',
    customer_id varchar comment 'Who bought',
    store_id varchar comment 'Where',
    order_status varchar comment 'Pending, Shipped, Delivered or Returned',
    total_amount varchar comment 'US dollars: the lines, less discount, plus shipping',
    discount_amount varchar comment 'US dollars off the whole order',
    shipping_cost varchar comment 'US dollars',
    payment_type varchar comment 'How it was paid',
    created_at varchar comment 'When the order was placed, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Orders in batches, each with orders of the last 30 days';

create table if not exists retail_raw.orderitems (
    order_id varchar comment 'The order',
    product_id varchar comment 'What was bought; once per order',
    quantity varchar comment 'Pieces; negative for some by mistake',
    unit_price varchar comment 'US dollars for one piece',
    line_total varchar comment 'US dollars: quantity times price, less discount',
    line_discount varchar comment 'US dollars off this line',
    created_at varchar comment 'When the order was placed, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'The lines of the orders, one to five each';
