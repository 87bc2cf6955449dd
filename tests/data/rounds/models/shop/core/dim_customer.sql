-- Customers as they are; an extract with a nameless one is not published.

select
    customer_id,  -- The customer. @not_null @unique
    customer_name,  -- What to call them. @not_null
    delivery
from shop_staging.stg_customers
