-- Nothing is lost between landing and staging, and nothing counts twice.

with rows_by_table as (
    select
        'customers' as table_name,
        (select count(*) from retail_raw.customers) as landed_rows,
        (select count(*) from retail_staging.stg_customers) as staged_rows,
        (select count(*) from retail_staging.stg_customers_rejected) as rejected_rows
    union all
    select
        'products' as table_name,
        (select count(*) from retail_raw.products) as landed_rows,
        (select count(*) from retail_staging.stg_products) as staged_rows,
        (select count(*) from retail_staging.stg_products_rejected) as rejected_rows
    union all
    select
        'stores' as table_name,
        (select count(*) from retail_raw.stores) as landed_rows,
        (select count(*) from retail_staging.stg_stores) as staged_rows,
        (select count(*) from retail_staging.stg_stores_rejected) as rejected_rows
    union all
    select
        'orders' as table_name,
        (select count(*) from retail_raw.orders) as landed_rows,
        (select count(*) from retail_staging.stg_orders) as staged_rows,
        (select count(*) from retail_staging.stg_orders_rejected) as rejected_rows
    union all
    select
        'orderitems' as table_name,
        (select count(*) from retail_raw.orderitems) as landed_rows,
        (select count(*) from retail_staging.stg_orderitems) as staged_rows,
        (select count(*) from retail_staging.stg_orderitems_rejected) as rejected_rows
)

select
    table_name,
    landed_rows,
    staged_rows,
    rejected_rows
from rows_by_table
where landed_rows <> staged_rows + rejected_rows
