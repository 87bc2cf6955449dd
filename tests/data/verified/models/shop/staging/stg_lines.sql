-- Lines with types; one row per landed row.

select
    order_id,
    product_id,
    customer_id,
    amount::number(12, 2) as amount,
    status,
    ordered_at::timestamp_ntz as ordered_at,
    loaded_at
from shop_raw.lines
