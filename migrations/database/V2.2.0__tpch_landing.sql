-- Where the files land and how they are written.

create file format if not exists tpch_raw.parquet
    type = parquet
    use_logical_type = true
    comment = 'Columns by name';

create stage if not exists tpch_raw.landing
    url = '{{ landing_url }}tpch/'
    storage_integration = retail_landing
    file_format = (format_name = 'tpch_raw.parquet')
    comment = 'A folder for each of the eight tables';
