-- Every order once, whether the stream told of it, a batch, or both; one row per order. The
-- fullest telling counts, by its score; of equals the stream's, which knows the time of day;
-- then the newest. An order of which no telling scores 75 is in quarantine.
--
-- @materialized incremental
-- @unique_key order_id
-- @cluster_by sale_date

with tellings as (
    select
        order_id,
        'stream' as source_system,
        sale_timestamp,
        coalesce(received_at, ingestion_ts) as reported_at,
        customer_id,
        store_id,
        product_id,
        quantity,
        unit_price,
        gross_amount,
        discount_amount,
        net_amount,
        payment_method,
        data_quality_score,
        ingestion_ts,
        file_name,
        file_row_number
    from sales_staging.stg_sales_raw
    union all
    select
        order_id,
        'batch' as source_system,
        order_date::timestamp_ntz as sale_timestamp,
        coalesce(partition_date::timestamp_ntz, ingestion_ts) as reported_at,
        customer_id,
        store_id,
        product_id,
        quantity,
        unit_price,
        gross_amount,
        discount_amount,
        net_amount,
        null::varchar as payment_method,
        data_quality_score,
        ingestion_ts,
        file_name,
        file_row_number
    from sales_staging.stg_sales_batch
),

arrived_orders as (
    select order_id
    from tellings
    where
        ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from sales_intermediate.int_sales_unified as loaded
        )
)

select
    order_id,  -- The order. @not_null @unique
    -- Which telling counts. @accepted_values 'stream', 'batch'
    source_system,
    -- How often it was told of. @check telling_count > 0
    count(*) over (partition by order_id) as telling_count,
    -- Whether the stream told of it.
    boolor_agg(source_system = 'stream') over (partition by order_id) as is_streamed,
    -- Whether a batch told of it.
    boolor_agg(source_system = 'batch') over (partition by order_id) as is_batched,
    -- When it was sold, UTC; of a batch, the day's beginning.
    -- @not_null @check sale_timestamp <= reported_at + interval '5 minutes'
    sale_timestamp,
    sale_timestamp::date as sale_date,  -- The day, UTC. @not_null
    reported_at,  -- When the source told of it, UTC. @not_null
    customer_id,  -- Who bought; missing for some.
    store_id,  -- Where it was sold; missing for some.
    product_id,  -- What was sold; missing for some.
    quantity,  -- Pieces. @not_null @check quantity > 0
    unit_price,  -- US dollars for one piece. @not_null @check unit_price > 0
    gross_amount,  -- US dollars: quantity times price. @not_null
    discount_amount,  -- US dollars off. @check discount_amount between 0 and gross_amount
    net_amount,  -- US dollars. @check net_amount = gross_amount - discount_amount
    payment_method,  -- How it was paid; batches do not say.
    -- The score of the telling that counts. @quarantine @check data_quality_score >= 75
    data_quality_score,
    -- When the order last arrived, UTC. @not_null
    max(ingestion_ts) over (partition by order_id) as ingestion_ts,
    file_name,  -- The file of the telling that counts.
    file_row_number  -- The row in that file.
from tellings
where order_id in (select arrived_orders.order_id from arrived_orders)
qualify
    row_number() over (
        partition by order_id
        order by
            data_quality_score desc,
            source_system desc,
            reported_at desc,
            ingestion_ts desc,
            file_name desc,
            file_row_number desc
    ) = 1
