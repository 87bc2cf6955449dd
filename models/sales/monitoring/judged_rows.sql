-- Every landed row with its score, staged or in quarantine; one row per landed row.

select
    'stream' as source,  -- Where it came from: stream, batch, products or stores.
    ingestion_ts,  -- When the scan of the file began, UTC.
    file_name,  -- The file it came in.
    data_quality_score,  -- How much the row tells, 0 to 100.
    false as is_quarantined  -- Whether it was left out.
from sales_staging.stg_sales_raw
union all
select
    'stream' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    true as is_quarantined
from sales_staging.stg_sales_raw__quarantine
union all
select
    'batch' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    false as is_quarantined
from sales_staging.stg_sales_batch
union all
select
    'batch' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    true as is_quarantined
from sales_staging.stg_sales_batch__quarantine
union all
select
    'products' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    false as is_quarantined
from sales_staging.stg_products
union all
select
    'products' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    true as is_quarantined
from sales_staging.stg_products__quarantine
union all
select
    'stores' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    false as is_quarantined
from sales_staging.stg_stores
union all
select
    'stores' as source,
    ingestion_ts,
    file_name,
    data_quality_score,
    true as is_quarantined
from sales_staging.stg_stores__quarantine
