-- Sales by where they went; one row per town, and one for orders that name no place.
--
-- @unique country, province, city

select
    locations.country,  -- Country.
    locations.province,  -- State, province or region.
    locations.city,  -- Town.
    count(*) as orders,  -- How many went there. @check orders > 0
    sum(sales.total_price) as total_sales,  -- US dollars.
    -- Degrees north, in the middle of the places there.
    avg(locations.latitude)::number(9, 6) as latitude,
    -- Degrees east, in the middle of the places there.
    avg(locations.longitude)::number(9, 6) as longitude
from shopify_serving.fct_sales as sales
left join shopify_serving.dim_locations as locations
    on sales.location_key = locations.location_key
group by locations.country, locations.province, locations.city
