-- Wrong: the window sees the lines that have just arrived.
--
-- @materialized incremental
-- @unique_key order_id

select
    order_id,
    sum(amount) over (partition by order_id) as total_amount,
    loaded_at
from shop_staging.stg_lines
where
    loaded_at > (
        select coalesce(max(loaded.loaded_at), '1970-01-01') - interval '1 hour'
        from shop_core.window_over_new_rows as loaded
    )
qualify
    row_number() over (
        partition by order_id
        order by loaded_at desc, product_id, amount, status, ordered_at
    ) = 1
