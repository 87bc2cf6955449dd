-- Nothing is lost between landing and staging, and nothing counts twice.

with landed as (
    select count(distinct sale_key) as total_sales
    from regional_staging.typed_sales
),

staged as (
    select count(*) as total_sales
    from regional_staging.stg_sales
),

quarantined as (
    select count(*) as total_sales
    from regional_staging.stg_sales__quarantine
)

select
    landed.total_sales as landed_sales,
    staged.total_sales as staged_sales,
    quarantined.total_sales as quarantined_sales
from landed
cross join staged
cross join quarantined
where landed.total_sales <> staged.total_sales + quarantined.total_sales
