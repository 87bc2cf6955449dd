-- No record is lost between landing and staging: every order and every customer that ever
-- landed has a version in staging or in quarantine.

select
    'orders' as table_name,
    landed.order_number as record
from shopify_raw.orders as landed
where
    not exists (
        select staged.order_number
        from shopify_staging.stg_orders as staged
        where staged.order_number = trim(landed.order_number)
    )
    and not exists (
        select kept.order_number
        from shopify_staging.stg_orders__quarantine as kept
        where
            kept.file_name = landed.file_name
            and kept.file_row_number = landed.file_row_number
    )
union all
select
    'customers' as table_name,
    landed.email as record
from shopify_raw.customers as landed
where
    not exists (
        select staged.customer_identifier
        from shopify_staging.stg_customers as staged
        where
            staged.customer_identifier = coalesce(
                lower(nullif(trim(landed.email), '')),
                trim(
                    coalesce(trim(landed.first_name), '')
                    || ' '
                    || coalesce(trim(landed.last_name), '')
                )
            )
    )
    and not exists (
        select kept.customer_identifier
        from shopify_staging.stg_customers__quarantine as kept
        where
            kept.file_name = landed.file_name
            and kept.file_row_number = landed.file_row_number
    )
