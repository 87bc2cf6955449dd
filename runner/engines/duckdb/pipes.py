"""Pipes: a COPY statement with a name, which loads each file of its stage once.

How a pipe refuses a file whose header lacks or adds a column, on Snowflake as here
-----------------------------------------------------------------------------------
By the documentation MATCH_BY_COLUMN_NAME alone does not refuse such a file: a missing column
becomes NULL and an additional one "is not loaded" (page *COPY INTO <table>*), and the option that
counts columns, ERROR_ON_COLUMN_COUNT_MISMATCH, must be FALSE for a CSV with INCLUDE_METADATA and is
ignored by a COPY with a query. What is documented and sure: in a query on a staged file `$n` is NULL
when the row has no nth field, and only then if the format keeps empty fields as empty strings; a
cast that fails is an error of the row, and ON_ERROR = SKIP_FILE (the default of pipes) then refuses
the file as a whole, names it in COPY_HISTORY and goes on with the others. CASE, `||` and `::` belong
to the functions that a COPY transformation may use (page *Transform data during a load*). So:

    create file format if not exists retail_raw.csv_with_header
        type = csv
        skip_header = 1
        field_optionally_enclosed_by = '"'
        escape_unenclosed_field = none  -- a backslash is data
        skip_blank_lines = true
        empty_field_as_null = false  -- an empty field is '', a missing one is null
        null_if = ();  -- raw lands as it came

    create pipe if not exists retail_raw.load_stores
        auto_ingest = true
        comment = 'Stores as they land'
    as
    copy into retail_raw.stores (
        store_id, store_name, store_type, city, state_province, country, postal_code, created_at,
        file_name, file_row_number, ingestion_ts
    )
    from (
        select
            $1, $2, $3, $4, $5, $6, $7, $8,
            metadata$filename,
            case
                when $8 is null then ('fewer than 8 columns: ' || metadata$filename)::number
                when $9 is not null then ('more than 8 columns: ' || metadata$filename)::number
                else metadata$file_row_number
            end,
            metadata$start_scan_time
        from @retail_raw.landing/stores/
    )
    file_format = (format_name = 'retail_raw.csv_with_header')
    on_error = skip_file;

COPY_HISTORY then says `Load failed`, `Numeric value 'fewer than 8 columns: stores/x.csv' is not
recognized`, with the line, the column and the number of bad rows. Staging models turn '' into NULL
(`nullif(trim(city), '')`). The header's names are not read: a renamed column of the same number of
columns loads by position.
"""
