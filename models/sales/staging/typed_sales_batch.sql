-- Sales of the batches as they landed, with types, and what is wrong with them; one row per
-- landed row, whether it is still in raw or has been archived since.

with landed as (
    select *
    from sales_raw.sales_batch_raw
    union all by name
    select *
    from sales_archive.sales_batch_raw
),

fields as (
    select
        nullif(upper(trim(order_id)), '') as order_id,
        nullif(trim(order_date), '') as order_date,
        nullif(trim(ship_date), '') as ship_date,
        nullif(upper(trim(customer_id)), '') as customer_id,
        nullif(trim(customer_segment), '') as customer_segment,
        nullif(trim(region), '') as region,
        nullif(trim(country), '') as country,
        nullif(trim(state), '') as state,
        nullif(trim(city), '') as city,
        nullif(upper(trim(store_id)), '') as store_id,
        nullif(upper(trim(product_id)), '') as product_id,
        nullif(trim(quantity), '') as quantity,
        nullif(trim(unit_price), '') as unit_price,
        nullif(trim(sales), '') as sales,
        nullif(trim(discount), '') as discount,
        nullif(trim(profit), '') as profit,
        nullif(trim(batch_id), '') as batch_id,
        nullif(trim(partition_date), '') as partition_date,
        ingestion_ts,
        file_name,
        file_row_number
    from landed
)

select
    fields.order_id,  -- The order.
    try_to_date(fields.order_date) as order_date,  -- The day of the sale.
    try_to_date(fields.ship_date) as ship_date,  -- When it was shipped.
    fields.customer_id,  -- Who bought.
    fields.customer_segment,  -- Consumer, Corporate or Home Office.
    fields.region,  -- Sales region.
    fields.country,  -- Country.
    fields.state,  -- State or province.
    fields.city,  -- Town.
    fields.store_id,  -- Where it was sold.
    fields.product_id,  -- What was sold.
    try_to_number(fields.quantity) as quantity,  -- Pieces.
    try_to_decimal(fields.unit_price, 12, 2) as unit_price,  -- US dollars for one piece.
    -- US dollars: quantity times price, less discount.
    try_to_decimal(fields.sales, 12, 2) as sales,
    try_to_decimal(fields.discount, 12, 2) as discount,  -- US dollars off.
    try_to_decimal(fields.profit, 12, 2) as profit,  -- US dollars.
    fields.batch_id,  -- The batch, as its writer calls it.
    try_to_date(fields.partition_date) as partition_date,  -- The day the batch is about.
    fields.ingestion_ts,  -- When the scan of the file began, UTC.
    fields.file_name,  -- The file it came in.
    fields.file_row_number,  -- The row in that file.
    -- A value that is there and does not fit its type, as it came; else null.
    case
        when try_to_date(coalesce(fields.order_date, '2000-01-01')) is null
            then 'order_date is not a date: ' || fields.order_date
        when try_to_date(coalesce(fields.ship_date, '2000-01-01')) is null
            then 'ship_date is not a date: ' || fields.ship_date
        when try_to_number(coalesce(fields.quantity, '0')) is null
            then 'quantity is not a number: ' || fields.quantity
        when try_to_decimal(fields.quantity, 38, 9) <> try_to_number(fields.quantity)
            then 'quantity is not a whole number: ' || fields.quantity
        when try_to_decimal(coalesce(fields.unit_price, '0'), 12, 2) is null
            then 'unit_price is not an amount: ' || fields.unit_price
        when try_to_decimal(coalesce(fields.sales, '0'), 12, 2) is null
            then 'sales is not an amount: ' || fields.sales
        when try_to_decimal(coalesce(fields.discount, '0'), 12, 2) is null
            then 'discount is not an amount: ' || fields.discount
        when try_to_decimal(coalesce(fields.profit, '0'), 12, 2) is null
            then 'profit is not an amount: ' || fields.profit
        when try_to_date(coalesce(fields.partition_date, '2000-01-01')) is null
            then 'partition_date is not a date: ' || fields.partition_date
    end as misfit
from fields
