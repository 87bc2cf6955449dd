-- Every sale as it is to be in the fact, with what its batch delivered; one row per sale.
-- A sale in quarantine is there as a deleted one: the fact must not keep an older version.

with staged_sales as (
    select
        sale_id,
        region,
        customer_id,
        product_id,
        store_id,
        sale_date,
        quantity,
        unit_price,
        total_amount,
        discount_amount,
        tax_amount,
        payment_method,
        status,
        is_deleted,
        updated_at,
        batch_id,
        batch_date,
        loaded_at,
        arrived_at
    from regional_staging.stg_sales
    union all
    select
        sale_id,
        region,
        customer_id,
        product_id,
        store_id,
        sale_date,
        quantity,
        unit_price,
        total_amount,
        discount_amount,
        tax_amount,
        payment_method,
        status,
        true as is_deleted,
        updated_at,
        batch_id,
        batch_date,
        loaded_at,
        arrived_at
    from regional_staging.stg_sales__quarantine
    where sale_id is not null
)

select
    staged_sales.sale_id,  -- The sale.
    staged_sales.region,  -- Where it was made.
    staged_sales.customer_id,  -- Who bought; missing for a few.
    staged_sales.product_id,  -- What was bought.
    staged_sales.store_id,  -- Where.
    staged_sales.sale_date,  -- The day of the sale.
    staged_sales.quantity,  -- Pieces.
    staged_sales.unit_price,  -- US dollars for one piece.
    staged_sales.total_amount,  -- US dollars before discount and tax.
    staged_sales.discount_amount,  -- US dollars off.
    staged_sales.tax_amount,  -- US dollars.
    staged_sales.payment_method,  -- How it was paid.
    staged_sales.status,  -- COMPLETED, or what became of it later.
    staged_sales.is_deleted,  -- Deleted at the source, or in quarantine.
    staged_sales.updated_at,  -- When this version was written, UTC.
    staged_sales.batch_id,  -- The batch that brought this version, YYYYMMDD.
    staged_sales.batch_date,  -- The same as a date.
    staged_sales.loaded_at,  -- When this version was first loaded, UTC.
    staged_sales.arrived_at,  -- When the sale last arrived, UTC.
    delivered_batches.sales as batch_sales,  -- Sales that the batch delivered.
    -- The greatest share of missing values in a critical column of the batch, 0 to 1.
    delivered_batches.greatest_missing_share as batch_missing_share
from staged_sales
inner join regional_staging.delivered_batches as delivered_batches
    on staged_sales.batch_date = delivered_batches.batch_date
