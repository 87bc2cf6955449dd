-- What each batch delivered, before anything is judged; one row per batch. The gate of
-- sales_fact looks at these numbers. A sale that a batch holds several times counts once:
-- its newest row. Later batches change nothing here, so a batch that has passed its gate
-- passes it again.
--
-- @materialized incremental
-- @unique_key batch_date

with arrived_batches as (
    select batch_date
    from regional_staging.typed_sales
    where
        ingestion_ts > (
            select coalesce(max(loaded.arrived_at), '1970-01-01') - interval '1 hour'
            from regional_staging.delivered_batches as loaded
        )
),

delivered_sales as (
    select
        batch_id,
        batch_date,
        region,
        sale_id,
        customer_id,
        product_id,
        store_id,
        sale_date,
        quantity,
        unit_price,
        total_amount,
        max(ingestion_ts) over (partition by batch_date) as arrived_at
    from regional_staging.typed_sales
    where batch_date in (select arrived_batches.batch_date from arrived_batches)
    qualify
        row_number() over (
            partition by batch_date, sale_key
            order by
                updated_at desc nulls last,
                ingestion_ts desc,
                file_name desc,
                file_row_number desc
        ) = 1
)

select
    batch_date,  -- The day that was extracted. @not_null @unique
    min(batch_id) as batch_id,  -- The same as YYYYMMDD.
    count(distinct region) as region_count,  -- Regions that delivered, of four.
    count(*) as sales,  -- Sales, corrections and deletions, each once.
    -- Rows without a value, or with one that does not fit its type.
    count_if(sale_id is null) as without_sale_id,
    count_if(customer_id is null) as without_customer_id,  -- The same.
    count_if(product_id is null) as without_product_id,  -- The same.
    count_if(store_id is null) as without_store_id,  -- The same.
    count_if(sale_date is null) as without_sale_date,  -- The same.
    count_if(quantity is null) as without_quantity,  -- The same.
    count_if(unit_price is null) as without_unit_price,  -- The same.
    count_if(total_amount is null) as without_total_amount,  -- The same.
    -- The greatest share of missing values in any of these columns, 0 to 1.
    (
        greatest(
            count_if(sale_id is null),
            count_if(customer_id is null),
            count_if(product_id is null),
            count_if(store_id is null),
            count_if(sale_date is null),
            count_if(quantity is null),
            count_if(unit_price is null),
            count_if(total_amount is null)
        )
        / count(*)
    )::number(7, 6) as greatest_missing_share,
    max(arrived_at) as arrived_at  -- When a file of it last arrived, UTC. @not_null
from delivered_sales
group by batch_date
