-- Products as they are now: the newest version of each; one row per product.
-- A product whose newest version has no price above zero is left out.

with latest_products as (
    select *
    from retail_staging.stg_products
    qualify
        row_number() over (
            partition by product_id
            order by
                created_at desc,
                delivered_at desc,
                file_name desc,
                file_row_number desc
        ) = 1
)

select
    product_id,  -- The product. @not_null @unique
    product_name,  -- Its name on the shelf.
    -- One of five.
    -- @warn @accepted_values 'Electronics', 'Clothing', 'Home', 'Beauty', 'Sports'
    category,
    brand,  -- Who makes it.
    price,  -- US dollars. @not_null @check price > 0
    created_at  -- When this version was written, UTC. @not_null
from latest_products
where price > 0
