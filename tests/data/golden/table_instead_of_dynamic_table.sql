-- write
create or replace table shop_core.orders__next
    comment = 'Every order once.'
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders;

-- write
alter table shop_core.orders__next alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

-- publish
drop dynamic table if exists shop_core.orders;

-- publish shop_core.orders__next as shop_core.orders (by the session)

-- undo
drop table if exists shop_core.orders__next;
