-- What the sync tool lands. Values are text or variant, so that nothing is lost at the
-- door: the staging models cast, and send to quarantine what does not fit.

create table if not exists shopify_raw.orders (
    _airbyte_ab_id varchar comment 'The delivery of a record; another one each time',
    order_number varchar comment 'The order, as its customer knows it',
    total_price varchar comment 'US dollars, tax included',
    current_total_tax varchar comment 'US dollars of it that are tax, after refunds',
    email varchar
    with masking policy governance.policies.email
    comment 'Masked for all but those who need it',
    created_at variant comment 'A time in member0, or a text with an offset in member1',
    shipping_address variant
    with masking policy governance.policies.postal_address
    comment 'Who and where; masked for all but those who need it',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Orders: new and changed ones by sync, some of them again';

create table if not exists shopify_raw.customers (
    _airbyte_ab_id varchar comment 'The delivery of a record; another one each time',
    first_name varchar comment 'Missing for some',
    last_name varchar comment 'Missing for some',
    email varchar
    with masking policy governance.policies.email
    comment 'Masked for all but those who need it',
    total_spent varchar comment 'US dollars, as the shop counts them',
    created_at variant comment 'A time in member0, or a text with an offset in member1',
    default_address variant
    with masking policy governance.policies.postal_address
    comment 'Where; masked for all but those who need it',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Customers: new and changed ones by sync, some of them again';
