-- Customers as they are now: the newest version of each; one row per customer.
-- A customer whose newest version lacks a first or last name is left out. A customer who
-- was deleted at the source stays, for the sake of past orders; customers_snapshot knows.

with latest_customers as (
    select *
    from retail_staging.stg_customers
    qualify
        row_number() over (
            partition by customer_id
            order by
                created_at desc,
                delivered_at desc,
                file_name desc,
                file_row_number desc
        ) = 1
)

select
    customer_id,  -- The customer. @not_null @unique
    first_name,  -- Never missing here. @not_null
    last_name,  -- Never missing here. @not_null
    email,  -- Contact data: for stewards alone.
    phone_number,  -- Contact data: for stewards alone.
    address,  -- Street and number.
    city,  -- Town.
    state_province,  -- State, province or region.
    country,  -- Country.
    postal_code,  -- Postal code.
    created_at  -- When this version was written, UTC. @not_null
from latest_customers
where
    first_name is not null
    and last_name is not null
