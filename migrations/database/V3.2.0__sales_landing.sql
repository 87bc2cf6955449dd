-- Where the files land and how they are written.

create file format if not exists sales_raw.csv_with_header
    type = csv
    skip_header = 1
    skip_blank_lines = true
    field_optionally_enclosed_by = '"'
    escape_unenclosed_field = none
    empty_field_as_null = false
    null_if = ()
    comment = 'Header first, quotes where needed; an empty field is text, a missing one null';

create file format if not exists sales_raw.json_lines
    type = json
    comment = 'One document a line';

create stage if not exists sales_raw.landing
    url = '{{ landing_url }}sales/'
    storage_integration = retail_landing
    file_format = (format_name = 'sales_raw.csv_with_header')
    comment = 'stream/, batch/, products/, stores/';
