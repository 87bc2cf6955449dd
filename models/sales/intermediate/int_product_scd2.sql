-- The versions of every product, each from its time to the next one's; one row per version.
-- A version that changes nothing is none; of one that was delivered again the last counts. A
-- version that scores below 75 is in quarantine and ends no other.
--
-- @materialized table
-- @unique product_id, version

with versions as (
    select
        *,
        data_quality_score >= 75 as is_good,
        hash(
            product_name,
            category,
            sub_category,
            brand,
            unit_cost,
            unit_price,
            is_active
        ) as content_hash
    from sales_staging.stg_products
    qualify
        row_number() over (
            partition by product_id, updated_at, data_quality_score >= 75
            order by delivered_at desc, file_name desc, file_row_number desc
        ) = 1
),

changes as (
    select *
    from versions
    qualify
        content_hash is distinct from lag(content_hash) over (
            partition by product_id, is_good
            order by updated_at
        )
)

select
    product_id,  -- The product. @not_null
    -- Which version of the product, from 1.
    row_number() over (partition by product_id, is_good order by updated_at) as version,
    product_name,  -- Its name on the shelf.
    category,  -- Department.
    sub_category,  -- Shelf.
    brand,  -- Who makes it.
    unit_cost,  -- US dollars that a piece costs. @check unit_cost <= unit_price
    unit_price,  -- US dollars that a piece sells for.
    is_active,  -- Whether it was sold.
    updated_at as effective_date,  -- From when it holds, UTC. @not_null
    -- Until when, this moment not included, UTC; null for the current version.
    -- @check effective_date < expiration_date
    lead(updated_at) over (
        partition by product_id, is_good
        order by updated_at
    ) as expiration_date,
    -- Whether it is the last one.
    lead(updated_at) over (
        partition by product_id, is_good
        order by updated_at
    ) is null as is_current,
    -- How much the row tells. @quarantine @check data_quality_score >= 75
    data_quality_score,
    ingestion_ts,  -- When it was loaded, UTC.
    file_name,  -- The file it came in.
    file_row_number  -- The row in that file.
from changes
