-- Where the sync tool writes, and how.

create file format if not exists shopify_raw.parquet_files
    type = parquet
    use_logical_type = true
    comment = 'Records as the sync tool writes them';

create stage if not exists shopify_raw.landing
    url = '{{ landing_url }}shopify/'
    storage_integration = retail_landing
    file_format = (format_name = 'shopify_raw.parquet_files')
    comment = 'orders/, customers/: <date>_<milliseconds>_<part>.parquet';
