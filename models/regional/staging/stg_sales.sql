-- Every sale of the regions once, in its newest version; one row per sale. A sale whose
-- newest version does not fit is in the quarantine instead, with the reason.
--
-- The newest version is that of the greatest updated_at, then of the latest batch, load,
-- file and row. The regions share one numbering of sales: a sale_id that two of them
-- deliver is nobody's until that is mended, and not whoever's came last.
--
-- @materialized incremental
-- @unique_key sale_id
-- @cluster_by batch_date

with arrived_sales as (
    select sale_key
    from regional_staging.typed_sales
    where
        ingestion_ts > (
            select coalesce(max(loaded.arrived_at), '1970-01-01') - interval '1 hour'
            from regional_staging.stg_sales as loaded
        )
)

select
    sale_id,  -- The sale. @quarantine @not_null
    -- Where it was made. @quarantine @not_null
    -- @accepted_values 'US-EAST', 'US-WEST', 'EUROPE', 'APAC'
    region,
    customer_id,  -- Who bought; missing for a few.
    product_id,  -- What was bought.
    store_id,  -- Where.
    sale_date,  -- The day of the sale. @quarantine @not_null
    quantity,  -- Pieces. @quarantine @not_null @quarantine @check quantity > 0
    -- US dollars for one piece. @quarantine @not_null @quarantine @check unit_price > 0
    unit_price,
    -- US dollars before discount and tax; about what the pieces cost.
    -- @quarantine @not_null @quarantine @check total_amount > 0
    -- @quarantine @check total_amount between 0.5 * quantity * unit_price and 2 * quantity * unit_price
    total_amount,
    discount_amount,  -- US dollars off; missing counts as none.
    tax_amount,  -- US dollars; missing counts as none.
    payment_method,  -- How it was paid.
    status,  -- COMPLETED, or what became of it later.
    is_deleted,  -- Deleted at the source: the sale leaves the fact. @not_null
    updated_at,  -- When this version was written, UTC.
    batch_id,  -- The day it was extracted for, YYYYMMDD.
    batch_date,  -- The same as a date. @quarantine @not_null
    extracted_at,  -- When the extraction read it, UTC.
    -- How many regions deliver it. @quarantine @check region_count = 1
    count(distinct region) over (partition by sale_key) as region_count,
    -- When this version was first loaded, UTC. @not_null
    min(ingestion_ts) over (partition by sale_key, updated_at, batch_date) as loaded_at,
    -- When the sale last arrived, UTC. @not_null
    max(ingestion_ts) over (partition by sale_key) as arrived_at,
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from regional_staging.typed_sales
where sale_key in (select arrived_sales.sale_key from arrived_sales)
qualify
    row_number() over (
        partition by sale_key
        order by
            updated_at desc nulls last,
            batch_date desc nulls last,
            ingestion_ts desc,
            file_name desc,
            file_row_number desc
    ) = 1
