-- Every sale once, with what it cost; one row per sale. A sale is computed again when it
-- arrives once more, and when a price of its item does.
--
-- @materialized incremental
-- @unique_key sale_id

with arrived_items as (
    select item_id
    from cafe_staging.stg_menu
    where
        ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from cafe_core.fact_sales as loaded
        )
),

arrived_sales as (
    select sale_id
    from cafe_staging.stg_sales
    where
        item_id in (select arrived_items.item_id from arrived_items)
        or ingestion_ts > (
            select coalesce(max(loaded.ingestion_ts), '1970-01-01') - interval '1 hour'
            from cafe_core.fact_sales as loaded
        )
)

select
    sales.sale_id,  -- The sale. @not_null @unique
    -- What was sold.
    -- @warn @references cafe_core.menu_history(item_id)
    sales.item_id,
    sales.quantity,  -- How many.
    -- Euros, at the price of that moment. @check amount >= 0
    (sales.quantity * menu_history.price)::number(12, 2) as amount,
    sales.sold_at,  -- When, UTC.
    sales.ingestion_ts  -- When it was loaded, UTC.
from cafe_staging.stg_sales as sales
left join cafe_core.menu_history
    on
        sales.item_id = menu_history.item_id
        and sales.sold_at >= menu_history.valid_from
        and (menu_history.valid_to is null or sales.sold_at < menu_history.valid_to)
where sales.sale_id in (select arrived_sales.sale_id from arrived_sales)
qualify
    row_number() over (
        partition by sales.sale_id
        order by sales.ingestion_ts desc
    ) = 1
