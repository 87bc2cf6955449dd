-- Sales of the batches that can be counted, with amounts and a score; one row per landed row.
-- A row that is invalid or scores below 70 is in quarantine, with the reason.
--
-- The score is that of stg_sales_raw: `sales` is the total, `order_date` the time.
--
-- @materialized incremental
-- @unique_key file_name, file_row_number, ingestion_ts

with arrived as (
    select
        *,
        coalesce(discount, 0) as discount_amount,
        (quantity * unit_price)::number(14, 2) as gross_amount
    from sales_staging.typed_sales_batch
    where
        ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from sales_staging.stg_sales_batch as loaded
        )
),

judged as (
    select
        *,
        case
            when order_id is null then 'order_id is missing'
            when misfit is not null then misfit
            when quantity is null then 'quantity is missing'
            when quantity <= 0 then 'quantity is not above zero: ' || quantity
            when unit_price is null then 'unit_price is missing'
            when unit_price <= 0 then 'unit_price is not above zero: ' || unit_price
            when order_date is null then 'order_date is missing'
            when
                order_date < '2000-01-01'
                then 'order_date is before 2000: ' || order_date
            when order_date > coalesce(partition_date, ingestion_ts::date)
                then 'order_date is in the future: ' || order_date
            when
                ship_date < order_date
                then 'ship_date is before order_date: ' || ship_date
            when discount_amount < 0 then 'discount is below zero: ' || discount_amount
            when discount_amount > gross_amount
                then 'discount is above the price: ' || discount_amount
        end as invalid_reason
    from arrived
)

select
    order_id,  -- The order.
    order_date,  -- The day of the sale.
    ship_date,  -- When it was shipped; missing for some. @check ship_date >= order_date
    customer_id,  -- Who bought; missing for some.
    customer_segment,  -- Consumer, Corporate or Home Office.
    region,  -- Sales region.
    country,  -- Country.
    state,  -- State or province.
    city,  -- Town.
    store_id,  -- Where it was sold; missing for some.
    product_id,  -- What was sold; missing for some.
    quantity,  -- Pieces.
    unit_price,  -- US dollars for one piece.
    sales,  -- US dollars, as the shop reckons; missing for some.
    discount,  -- US dollars off, as told; missing for some.
    gross_amount,  -- US dollars: quantity times price.
    discount_amount,  -- US dollars off; a missing discount is none.
    (gross_amount - discount_amount)::number(14, 2) as net_amount,  -- US dollars.
    profit,  -- US dollars, as the shop reckons.
    batch_id,  -- The batch, as its writer calls it.
    partition_date,  -- The day the batch is about.
    invalid_reason,  -- Why the row is invalid: null here, told in quarantine.
    -- Whether it says which order, what it cost and when. @quarantine @check is_valid_record
    invalid_reason is null as is_valid_record,
    -- How much of a sale the row tells, 0 to 100. @check data_quality_score between 0 and 100
    -- @quarantine @check data_quality_score >= 70
    iff(order_id is not null, 20, 0)
    + iff(store_id is not null, 15, 0)
    + iff(product_id is not null, 15, 0)
    + iff(quantity > 0, 15, 0)
    + iff(unit_price > 0, 15, 0)
    + iff(sales > 0, 10, 0)
    + iff(order_date is not null, 10, 0) as data_quality_score,
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from judged
