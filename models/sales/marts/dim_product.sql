-- Products in all their versions; one row per version.

select
    -- The product and from when the version holds, in one. @not_null @unique
    md5(product_id || '|' || to_char(effective_date, 'YYYYMMDDHH24MISSFF9'))
        as product_key,
    product_id,  -- The product. @not_null
    version,  -- Which version, from 1.
    product_name,  -- Its name on the shelf.
    category,  -- Department.
    sub_category,  -- Shelf.
    brand,  -- Who makes it.
    unit_cost,  -- US dollars that a piece costs.
    unit_price,  -- US dollars that a piece sells for. @check unit_cost <= unit_price
    (unit_price - unit_cost)::number(12, 2) as unit_margin,  -- US dollars.
    is_active,  -- Whether it was sold.
    effective_date,  -- From when the version holds, UTC. @not_null
    expiration_date,  -- Until when, not included, UTC; null for the current version.
    is_current  -- Whether it is the last version.
from sales_intermediate.int_product_scd2
