-- publish
create or replace view shop_core.orders (
    order_id comment 'The order; it''s unique',
    customer_id,
    amount comment 'US dollars',
    changed_at
)
    copy grants
    comment = 'Every order once.'
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders;
