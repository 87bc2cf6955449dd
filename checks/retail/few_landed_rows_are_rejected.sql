-- Rejected rows are kept with their reason; many of them mean that a source has changed.
--
-- @severity warn
-- @warn_if > 10

select
    'customers' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from retail_staging.stg_customers_rejected
union all
select
    'products' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from retail_staging.stg_products_rejected
union all
select
    'stores' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from retail_staging.stg_stores_rejected
union all
select
    'orders' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from retail_staging.stg_orders_rejected
union all
select
    'orderitems' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from retail_staging.stg_orderitems_rejected
