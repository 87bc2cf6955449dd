with staged as (
    select order_id
    from sales_staging.stg_sales_raw
    union all
    select order_id
    from sales_staging.stg_sales_batch
),

counts as (
    select
        1 as line,
        'streamed' as what,
        (select count(*) from sales_staging.typed_sales_raw) as row_count
    union all
    select
        2 as line,
        'in batches' as what,
        (select count(*) from sales_staging.typed_sales_batch) as row_count
    union all
    select
        3 as line,
        'in quarantine: invalid, or of too low a score' as what,
        -(select count(*) from sales_staging.stg_sales_raw__quarantine)
        - (select count(*) from sales_staging.stg_sales_batch__quarantine)
        - (select count(*) from sales_intermediate.int_sales_unified__quarantine)
            as row_count
    union all
    select
        4 as line,
        'told again' as what,
        (select count(distinct staged.order_id) - count(*) from staged) as row_count
    union all
    select
        5 as line,
        'sales' as what,
        (select count(*) from sales_intermediate.int_sales_unified) as row_count
)

select
    what,
    row_count
from counts
order by line asc;
