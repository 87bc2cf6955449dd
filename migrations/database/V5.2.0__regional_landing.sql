-- Where the files land and how they are written.

create file format if not exists regional_raw.parquet
    type = parquet
    comment = 'As the extractions write it';

create stage if not exists regional_raw.landing
    url = '{{ landing_url }}regional/'
    storage_integration = retail_landing
    file_format = (format_name = 'regional_raw.parquet')
    comment = 'sales/region=<region>/batch=<YYYYMMDD>/';
