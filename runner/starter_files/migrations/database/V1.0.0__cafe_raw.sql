-- What lands: tables of text, the format of the files, the stage and a pipe for each table.

create schema if not exists cafe_raw
comment = 'What landed, as it came: text, file and row number';

create table if not exists cafe_raw.menu (
    item_id varchar comment 'The item',
    item_name varchar comment 'What the board says',
    price varchar comment 'Euros',
    updated_at varchar comment 'When the item was last changed',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file it came in',
    file_row_number number(38, 0) comment 'The row in that file'
)
comment = 'The menu: an item whenever it changes';

create table if not exists cafe_raw.sales (
    sale_id varchar comment 'The sale',
    item_id varchar comment 'What was sold',
    quantity varchar comment 'How many',
    sold_at varchar comment 'When, UTC',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file it came in',
    file_row_number number(38, 0) comment 'The row in that file'
)
comment = 'Sales as the till writes them';

create file format if not exists cafe_raw.csv_with_header
    type = csv
    skip_header = 1
    skip_blank_lines = true
    field_optionally_enclosed_by = '"'
    escape_unenclosed_field = none
    empty_field_as_null = false
    null_if = ()
    comment = 'Header first; an empty field is text, a missing one null';

create stage if not exists cafe_raw.landing
    url = 's3://cafe-landing/'
    file_format = (format_name = 'cafe_raw.csv_with_header')
    comment = 'menu/ and sales/';

-- A file with too few or too many columns fails a cast and is refused as a whole.
create pipe if not exists cafe_raw.load_menu
auto_ingest = true
as
copy into cafe_raw.menu (
    item_id, item_name, price, updated_at, ingestion_ts, file_name, file_row_number
)
from (
    select
        $1,
        $2,
        $3,
        $4,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $4 is null
                then ('fewer than 4 columns: ' || metadata$filename)::number
            when $5 is not null
                then ('more than 4 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @cafe_raw.landing/menu/
)
on_error = skip_file;

create pipe if not exists cafe_raw.load_sales
auto_ingest = true
as
copy into cafe_raw.sales (
    sale_id, item_id, quantity, sold_at, ingestion_ts, file_name, file_row_number
)
from (
    select
        $1,
        $2,
        $3,
        $4,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        case
            when $4 is null
                then ('fewer than 4 columns: ' || metadata$filename)::number
            when $5 is not null
                then ('more than 4 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @cafe_raw.landing/sales/
)
on_error = skip_file;
