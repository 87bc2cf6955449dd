-- The history of every product: one row per version, in order, however many land at once.
-- A product that is absent from the newest full extract, and from the changes since, has
-- been deleted; of a version that was delivered again with the same time the last counts.
--
-- @unique_key product_id
-- @updated_at created_at
-- @hard_deletes invalidate
-- @max_deletes 10%

with delivered_products as (
    select typed.product_id
    from retail_staging.typed_products as typed
    where
        typed.delivered_at >= (
            select coalesce(max(extracts.delivered_at), '1970-01-01')
            from retail_staging.typed_products as extracts
            where extracts.is_full_extract
        )
)

select
    product_id,  -- The product. @not_null
    product_name,  -- Its name on the shelf.
    category,  -- One of five.
    brand,  -- Who makes it.
    price,  -- US dollars; negative for some by mistake.
    created_at  -- When this version was written, UTC. @not_null
from retail_staging.stg_products
where product_id in (select delivered_products.product_id from delivered_products)
qualify
    row_number() over (
        partition by product_id, created_at
        order by delivered_at desc, file_name desc, file_row_number desc
    ) = 1
