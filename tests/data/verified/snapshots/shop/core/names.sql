-- What customers are called.
--
-- @unique_key customer_id
-- @check_columns customer_name
-- @hard_deletes invalidate

select
    customer_id,
    customer_name
from shop_raw.customers
qualify row_number() over (partition by customer_id order by loaded_at desc, file_name desc) = 1
