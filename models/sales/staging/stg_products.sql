-- Versions of products that can be used, with a score; one row per landed row. A row that is
-- invalid or scores below 70 is in quarantine, with the reason.
--
-- The score: 20 for the product, 15 each for name, category, a cost and a price above zero,
-- 10 each for brand and the time of the version.
--
-- @materialized table

with judged as (
    select
        *,
        case
            when product_id is null then 'product_id is missing'
            when misfit is not null then misfit
            when updated_at is null then 'updated_at is missing'
            when updated_at > delivered_at
                then 'updated_at is in the future: ' || updated_at
            when unit_cost < 0 then 'unit_cost is below zero: ' || unit_cost
            when unit_price < 0 then 'unit_price is below zero: ' || unit_price
            when
                unit_cost > unit_price
                then 'unit_cost is above unit_price: ' || unit_cost
        end as invalid_reason
    from sales_staging.typed_products
)

select
    product_id,  -- The product. @not_null
    product_name,  -- Its name on the shelf.
    category,  -- Department.
    sub_category,  -- Shelf.
    brand,  -- Who makes it.
    unit_cost,  -- US dollars that a piece costs. @check unit_cost <= unit_price
    unit_price,  -- US dollars that a piece sells for.
    is_active,  -- Whether it is still sold.
    updated_at,  -- From when this version holds, UTC. @not_null
    invalid_reason,  -- Why the row is invalid: null here, told in quarantine.
    -- Whether it says which product, from when, and nothing absurd.
    -- @quarantine @check is_valid_record
    invalid_reason is null as is_valid_record,
    -- How much of a product the row tells, 0 to 100.
    -- @quarantine @check data_quality_score >= 70
    iff(product_id is not null, 20, 0)
    + iff(product_name is not null, 15, 0)
    + iff(category is not null, 15, 0)
    + iff(unit_cost > 0, 15, 0)
    + iff(unit_price > 0, 15, 0)
    + iff(brand is not null, 10, 0)
    + iff(updated_at is not null, 10, 0) as data_quality_score,
    delivered_at,  -- When the file was written, UTC. @not_null
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from judged
