-- What arrived in the last week is in the fact as staging has it, and what left staging has
-- left the fact. A batch that landed after its turn, beyond the lookback, is found here:
-- `runner build -s sales_fact+` with its day as --batch-start and the next as --batch-end
-- takes it in.

with arrived_sales as (
    select
        sale_id,
        batch_id,
        updated_at,
        total_amount,
        discount_amount,
        tax_amount,
        arrived_at,
        iff(is_deleted or status <> 'COMPLETED', false, true) as is_current
    from regional_staging.stg_sales
    union all
    select
        sale_id,
        batch_id,
        updated_at,
        total_amount,
        discount_amount,
        tax_amount,
        arrived_at,
        false as is_current
    from regional_staging.stg_sales__quarantine
    where sale_id is not null
)

select
    arrived_sales.batch_id,
    arrived_sales.sale_id,
    arrived_sales.is_current,
    loaded.etl_batch_id,
    arrived_sales.total_amount,
    loaded.total_amount as fact_total_amount
from arrived_sales
left join regional_marts.sales_fact as loaded
    on arrived_sales.sale_id = loaded.sale_id
where
    arrived_sales.arrived_at > (
        select dateadd('day', -7, max(newest.arrived_at))
        from regional_staging.stg_sales as newest
    )
    and (
        arrived_sales.is_current <> (loaded.sale_id is not null)
        or (
            arrived_sales.is_current
            and (
                arrived_sales.batch_id <> loaded.etl_batch_id
                or arrived_sales.updated_at is distinct from loaded.updated_at
                or arrived_sales.total_amount <> loaded.total_amount
                or arrived_sales.discount_amount <> loaded.discount_amount
                or arrived_sales.tax_amount <> loaded.tax_amount
            )
        )
    )
