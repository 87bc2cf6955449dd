-- What customers were called, by what was seen.
--
-- @unique_key customer_id
-- @check_columns customer_name
-- @hard_deletes new_record
-- @max_deletes 100%

select
    customer_id,
    customer_name
from shop_staging.stg_customers
