-- What customers were called, by the time of the change.
--
-- @unique_key customer_id
-- @updated_at changed_at
-- @hard_deletes invalidate
-- @max_deletes 100%

select
    customer_id,  -- @not_null
    customer_name,
    changed_at
from shop_staging.stg_customers
