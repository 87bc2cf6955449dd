-- Sales of the batches that landed more than 90 days ago, as they landed; one row per landed row.
-- They are moved: what stands here stands in raw no more, and the views of the staging
-- layer read both.
--
-- @materialized incremental
-- @unique_key file_name, file_row_number, ingestion_ts
-- @move_from sales_raw.sales_batch_raw
-- @tags maintenance

select
    order_id,  -- The order; one that was streamed as well has the same.
    order_date,  -- The day of the sale.
    ship_date,  -- The day on which it was shipped.
    customer_id,  -- Who bought.
    customer_segment,  -- Consumer, Corporate or Home Office.
    region,  -- Part of the country.
    country,  -- Where it was shipped to.
    state,  -- State or province.
    city,  -- Town.
    store_id,  -- Where it was sold.
    product_id,  -- What was sold.
    quantity,  -- Pieces.
    unit_price,  -- US dollars for one piece.
    sales,  -- US dollars: quantity times price, less discount.
    discount,  -- US dollars off.
    profit,  -- US dollars, as the shop reckons.
    batch_id,  -- The batch, as its writer calls it.
    partition_date,  -- The day that the batch is about.
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file, by its path in the bucket. @not_null
    file_row_number  -- The row in that file. @not_null
from sales_raw.sales_batch_raw
where ingestion_ts < dateadd('day', -90, current_date())
