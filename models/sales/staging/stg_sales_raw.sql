-- Streamed sales that can be counted, with amounts and a score; one row per landed row. A row
-- that is invalid or scores below 70 is in quarantine, with the reason. An event that was
-- written twice is here twice: int_sales_unified counts it once.
--
-- The score: 20 for the order, 15 each for store, product, a quantity and a price above zero,
-- 10 each for a total above zero and a time that fits.
--
-- @materialized incremental
-- @unique_key file_name, file_row_number, ingestion_ts

with arrived as (
    select
        *,
        coalesce(discount, 0) as discount_amount,
        (quantity * unit_price)::number(14, 2) as gross_amount
    from sales_staging.typed_sales_raw
    where
        ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from sales_staging.stg_sales_raw as loaded
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
            when sale_timestamp is null then 'sale_timestamp is missing'
            when sale_timestamp < '2000-01-01'
                then 'sale_timestamp is before 2000: ' || sale_timestamp
            when
                sale_timestamp
                > coalesce(received_at, ingestion_ts) + interval '5 minutes'
                then 'sale_timestamp is in the future: ' || sale_timestamp
            when discount_amount < 0 then 'discount is below zero: ' || discount_amount
            when discount_amount > gross_amount
                then 'discount is above the price: ' || discount_amount
        end as invalid_reason
    from arrived
)

select
    topic,  -- Where the event was published.
    partition_id,  -- The topic's partition.
    record_offset,  -- Where in the partition.
    received_at,  -- When the broker took it in, UTC.
    order_id,  -- The order.
    store_id,  -- Where it was sold; missing for some.
    product_id,  -- What was sold; missing for some.
    customer_id,  -- Who bought; missing for some.
    product_name,  -- What the till calls it.
    category,  -- Department, as the till knows it.
    quantity,  -- Pieces.
    unit_price,  -- US dollars for one piece.
    total_price,  -- US dollars, as the till reckons; missing for some.
    discount,  -- US dollars off, as told; missing for some.
    gross_amount,  -- US dollars: quantity times price.
    discount_amount,  -- US dollars off; a missing discount is none.
    (gross_amount - discount_amount)::number(14, 2) as net_amount,  -- US dollars.
    sale_timestamp,  -- When it was sold, UTC.
    payment_method,  -- How it was paid.
    store_location,  -- Town and state, as the till knows it.
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
    + iff(total_price > 0, 10, 0)
    + iff(sale_timestamp is not null, 10, 0) as data_quality_score,
    ingestion_ts,  -- When the scan of the file began, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from judged
