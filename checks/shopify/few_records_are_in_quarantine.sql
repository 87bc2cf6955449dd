-- Records in quarantine are kept with their reason; many mean that the shop has changed.
--
-- @severity warn
-- @warn_if > 10

select
    'orders' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from shopify_staging.stg_orders__quarantine
union all
select
    'customers' as table_name,
    file_name,
    file_row_number,
    rejection_reason
from shopify_staging.stg_customers__quarantine
