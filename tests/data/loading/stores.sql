-- What the tests of pipes load: stores, as the retail pipes load theirs.

create file format csv_with_header
    type = csv
    skip_header = 1
    skip_blank_lines = true
    field_optionally_enclosed_by = '"'
    escape_unenclosed_field = none
    empty_field_as_null = false
    null_if = ();

create stage landing url = 's3://landing/';

create table stores (
    store_id varchar, name varchar, city varchar,
    ingestion_ts timestamp_ntz, file_name varchar, file_row_number number
);

create pipe load_stores auto_ingest = true comment = 'Stores'
as
copy into stores (store_id, name, city, ingestion_ts, file_name, file_row_number)
from (
    select
        $1, $2, $3,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz as ingestion_ts,
        metadata$filename,
        case
            when $3 is null then ('fewer than 3 columns: ' || metadata$filename)::number
            when $4 is not null then ('more than 3 columns: ' || metadata$filename)::number
            else metadata$file_row_number
        end as file_row_number
    from @landing/stores/
)
pattern = '.*[.]csv'
file_format = (format_name = 'csv_with_header')
on_error = skip_file;
