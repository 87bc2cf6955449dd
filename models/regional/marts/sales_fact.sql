-- Completed sales of all regions; one row per sale. A batch is a day's extraction: it
-- brings the sales of the day, and corrects or removes older ones.
--
-- The gate: a batch with fewer than 100 sales, or in which a twentieth of the values of a
-- critical column are missing, is not taken; the table stands as it was, the build fails,
-- and the next one tries the batch again.
--
-- A day also takes what arrived on it for batches before: a region or a correction that is
-- late is in the fact with the next build, however late it is. Staging has each sale once,
-- so that it does not matter which day takes it, or how often.
--
-- @materialized incremental
-- @unique_key sale_id
-- @delete_when is_deleted or status <> 'COMPLETED'
-- @batch day
-- @batch_by etl_batch_date
-- @begin 2026-03-26
-- @lookback 3
-- @cluster_by sale_date
-- @new_rows @check coalesce(min(etl_batch_rows), 100) >= 100
-- @new_rows @check coalesce(max(etl_batch_missing_share), 0) < 0.05

select
    sale_id,  -- The sale. @not_null @unique
    -- Where it was made. @not_null
    -- @accepted_values 'US-EAST', 'US-WEST', 'EUROPE', 'APAC'
    region,
    customer_id,  -- Who bought; missing for a few.
    product_id,  -- What was bought.
    store_id,  -- Where.
    sale_date,  -- The day of the sale. @not_null
    quantity,  -- Pieces. @check quantity > 0
    unit_price,  -- US dollars for one piece. @check unit_price > 0
    total_amount,  -- US dollars before discount and tax. @check total_amount > 0
    discount_amount,  -- US dollars off.
    tax_amount,  -- US dollars.
    -- US dollars: total less discount.
    (total_amount - discount_amount)::number(12, 2) as net_amount,
    -- US dollars: net less tax.
    (total_amount - discount_amount - tax_amount)::number(12, 2) as gross_profit,
    payment_method,  -- How it was paid.
    status,  -- COMPLETED, or missing.
    is_deleted,  -- Never: deleted sales leave the table.
    year(sale_date) as sale_year,  -- Of the day of the sale.
    month(sale_date) as sale_month,  -- 1 to 12.
    day(sale_date) as sale_day,  -- Of the month.
    updated_at,  -- When this version was written, UTC.
    batch_id as etl_batch_id,  -- The batch that brought this version, YYYYMMDD.
    batch_date as etl_batch_date,  -- The same as a date. @not_null
    batch_sales as etl_batch_rows,  -- Sales that the batch delivered.
    -- The greatest share of missing values in a critical column of the batch, 0 to 1.
    batch_missing_share as etl_batch_missing_share,
    loaded_at as etl_loaded_at  -- When this version was first loaded, UTC.
from regional_staging.judged_sales
where
    (batch_date >= $batch_start and batch_date < $batch_end)
    or (
        arrived_at >= $batch_start
        and arrived_at < $batch_end
        and batch_sales >= 100
        and batch_missing_share < 0.05
    )
