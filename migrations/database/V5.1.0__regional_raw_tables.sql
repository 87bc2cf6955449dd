-- What the extractions land: rows of the table sales.transactions of four databases. Values
-- are kept as text, so that nothing is lost at the door: the staging models cast, and set
-- aside what does not fit.

create table if not exists regional_raw.sales (
    region varchar comment 'The database it came from: the file''s folder region=',
    batch_id varchar comment 'The day it was extracted for, YYYYMMDD: the folder batch=',
    sale_id varchar comment 'The sale; the regions share one numbering',
    customer_id varchar comment 'Who bought',
    product_id varchar comment 'What was bought',
    store_id varchar comment 'Where',
    sale_date varchar comment 'The day of the sale',
    quantity varchar comment 'Pieces',
    unit_price varchar comment 'US dollars for one piece',
    total_amount varchar comment 'US dollars before discount and tax',
    discount_amount varchar comment 'US dollars off; missing where there is none',
    tax_amount varchar comment 'US dollars; missing where there is none',
    payment_method varchar comment 'How it was paid',
    status varchar comment 'COMPLETED, or what became of the sale later',
    is_deleted varchar comment 'Whether the source has deleted it',
    updated_at varchar comment 'When this version of the sale was written, UTC',
    extracted_at varchar comment 'When the extraction read it, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number comment 'The row in that file'
)
comment = 'Sales of a day and region, and older ones corrected or deleted that day';
