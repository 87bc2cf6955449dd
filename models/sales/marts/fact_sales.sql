-- Every sale with the version of its product and of its store that was valid when it was
-- sold; one row per order. A sale that scores below 80 is in quarantine.
--
-- A run takes the orders that arrived, and those of products and stores of which a version
-- arrived, however late: an old sale then finds the version of its time.
--
-- @materialized incremental
-- @unique_key order_id
-- @cluster_by sale_date

with loaded_until as (
    select coalesce(max(ingestion_ts), '1970-01-01') - interval '1 hour' as moment
    from sales_marts.fact_sales
),

arrived_orders as (
    select sales.order_id
    from sales_intermediate.int_sales_unified as sales
    where
        sales.ingestion_ts > (select loaded_until.moment from loaded_until)
        or sales.product_id in (
            select products.product_id
            from sales_staging.stg_products as products
            where products.ingestion_ts > (select loaded_until.moment from loaded_until)
        )
        or sales.store_id in (
            select stores.store_id
            from sales_staging.stg_stores as stores
            where stores.ingestion_ts > (select loaded_until.moment from loaded_until)
        )
)

select
    sales.order_id,  -- The order. @not_null @unique
    -- The day. @not_null @references sales_marts.dim_date(date_key)
    to_number(to_char(sales.sale_date, 'YYYYMMDD')) as date_key,
    -- The version of the product; missing where none was valid.
    -- @warn @not_null @references sales_marts.dim_product(product_key)
    products.product_key,
    -- The version of the store; missing where none was valid.
    -- @warn @not_null @references sales_marts.dim_store(store_key)
    stores.store_key,
    sales.customer_id,  -- Who bought; missing for some.
    sales.product_id,  -- What was sold; missing for some.
    sales.store_id,  -- Where it was sold; missing for some.
    sales.source_system,  -- Which telling of it counts: stream or batch.
    sales.sale_timestamp,  -- When it was sold, UTC. @not_null
    sales.sale_date,  -- The day, UTC. @not_null
    sales.quantity,  -- Pieces. @check quantity > 0
    sales.unit_price,  -- US dollars for one piece, as sold. @check unit_price > 0
    products.unit_cost,  -- US dollars that a piece cost at the time.
    sales.gross_amount,  -- US dollars: quantity times price. @not_null
    sales.discount_amount,  -- US dollars off. @check discount_amount >= 0
    sales.net_amount,  -- US dollars. @check net_amount between 0 and gross_amount
    -- US dollars: what is left of the net amount when the pieces are paid for.
    (sales.net_amount - sales.quantity * products.unit_cost)::number(14, 2)
        as profit_amount,
    sales.payment_method,  -- How it was paid; batches do not say.
    -- How much the sources told. @quarantine @check data_quality_score >= 80
    sales.data_quality_score,
    sales.ingestion_ts  -- When the order last arrived, UTC. @not_null
from sales_intermediate.int_sales_unified as sales
left join sales_marts.dim_product as products
    on
        sales.product_id = products.product_id
        and sales.sale_timestamp >= products.effective_date
        and (
            sales.sale_timestamp < products.expiration_date
            or products.expiration_date is null
        )
left join sales_marts.dim_store as stores
    on
        sales.store_id = stores.store_id
        and sales.sale_timestamp >= stores.effective_date
        and (
            sales.sale_timestamp < stores.expiration_date
            or stores.expiration_date is null
        )
where sales.order_id in (select arrived_orders.order_id from arrived_orders)
