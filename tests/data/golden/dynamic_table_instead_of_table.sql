-- publish
drop table if exists shop_core.orders;

-- publish
create or replace dynamic table shop_core.orders (
    order_id comment 'The order; it''s unique',
    customer_id,
    amount comment 'US dollars',
    changed_at
)
    target_lag = '1 hour'
    warehouse = transforming
    comment = 'Every order once.'
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders;
