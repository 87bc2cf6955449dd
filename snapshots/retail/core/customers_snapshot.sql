-- The history of every customer: one row per version, in order, however many land at once.
-- A customer that is absent from the newest full extract, and from the changes since, has
-- been deleted; of a version that was delivered again with the same time the last counts.
--
-- @unique_key customer_id
-- @updated_at created_at
-- @hard_deletes invalidate
-- @max_deletes 10%

with delivered_customers as (
    select typed.customer_id
    from retail_staging.typed_customers as typed
    where
        typed.delivered_at >= (
            select coalesce(max(extracts.delivered_at), '1970-01-01')
            from retail_staging.typed_customers as extracts
            where extracts.is_full_extract
        )
)

select
    customer_id,  -- The customer. @not_null
    first_name,  -- Missing for some.
    last_name,  -- Missing for some.
    email,  -- Contact data: for stewards alone.
    phone_number,  -- Contact data: for stewards alone.
    address,  -- Street and number.
    city,  -- Town.
    state_province,  -- State, province or region.
    country,  -- Country.
    postal_code,  -- Postal code.
    created_at  -- When this version was written, UTC. @not_null
from retail_staging.stg_customers
where customer_id in (select delivered_customers.customer_id from delivered_customers)
qualify
    row_number() over (
        partition by customer_id, created_at
        order by delivered_at desc, file_name desc, file_row_number desc
    ) = 1
