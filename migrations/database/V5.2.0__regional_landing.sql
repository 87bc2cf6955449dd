-- Where the files land and how they are written. Without use_logical_type a date is the
-- number of its day, and a timestamp that of its microsecond.

create file format if not exists regional_raw.parquet
    type = parquet
    use_logical_type = true
    comment = 'As the extractions write it';

create stage if not exists regional_raw.landing
    url = '{{ landing_url }}regional/'
    storage_integration = retail_landing
    file_format = (format_name = 'regional_raw.parquet')
    comment = 'sales/region=<region>/batch=<YYYYMMDD>/';
