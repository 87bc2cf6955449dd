-- Every row that stands in a raw table, whatever its domain; one row per landed row.

select
    'retail' as domain_name,  -- The domain.
    'retail_raw.customers' as table_name,  -- The raw table.
    ingestion_ts,  -- When the scan of the file began, UTC.
    file_name  -- The file, below its landing stage.
from retail_raw.customers
union all
select
    'retail' as domain_name,
    'retail_raw.products' as table_name,
    ingestion_ts,
    file_name
from retail_raw.products
union all
select
    'retail' as domain_name,
    'retail_raw.stores' as table_name,
    ingestion_ts,
    file_name
from retail_raw.stores
union all
select
    'retail' as domain_name,
    'retail_raw.orders' as table_name,
    ingestion_ts,
    file_name
from retail_raw.orders
union all
select
    'retail' as domain_name,
    'retail_raw.orderitems' as table_name,
    ingestion_ts,
    file_name
from retail_raw.orderitems
union all
select
    'tpch' as domain_name,
    'tpch_raw.region' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.region
union all
select
    'tpch' as domain_name,
    'tpch_raw.nation' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.nation
union all
select
    'tpch' as domain_name,
    'tpch_raw.customer' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.customer
union all
select
    'tpch' as domain_name,
    'tpch_raw.supplier' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.supplier
union all
select
    'tpch' as domain_name,
    'tpch_raw.part' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.part
union all
select
    'tpch' as domain_name,
    'tpch_raw.partsupp' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.partsupp
union all
select
    'tpch' as domain_name,
    'tpch_raw.orders' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.orders
union all
select
    'tpch' as domain_name,
    'tpch_raw.lineitem' as table_name,
    ingestion_ts,
    file_name
from tpch_raw.lineitem
union all
select
    'sales' as domain_name,
    'sales_raw.sales_raw' as table_name,
    ingestion_ts,
    file_name
from sales_raw.sales_raw
union all
select
    'sales' as domain_name,
    'sales_raw.sales_batch_raw' as table_name,
    ingestion_ts,
    file_name
from sales_raw.sales_batch_raw
union all
select
    'sales' as domain_name,
    'sales_raw.product_raw' as table_name,
    ingestion_ts,
    file_name
from sales_raw.product_raw
union all
select
    'sales' as domain_name,
    'sales_raw.store_raw' as table_name,
    ingestion_ts,
    file_name
from sales_raw.store_raw
union all
select
    'shopify' as domain_name,
    'shopify_raw.orders' as table_name,
    ingestion_ts,
    file_name
from shopify_raw.orders
union all
select
    'shopify' as domain_name,
    'shopify_raw.customers' as table_name,
    ingestion_ts,
    file_name
from shopify_raw.customers
union all
select
    'regional' as domain_name,
    'regional_raw.sales' as table_name,
    ingestion_ts,
    file_name
from regional_raw.sales
