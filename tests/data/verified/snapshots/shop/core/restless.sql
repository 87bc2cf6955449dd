-- Wrong: every run sees another version.
--
-- @unique_key customer_id
-- @check_columns seen_at

select distinct
    customer_id,
    current_timestamp()::timestamp_ntz as seen_at
from shop_raw.customers
