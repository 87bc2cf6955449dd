-- write
create or replace table shop_core.orders
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

-- write
alter table shop_core.orders alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

-- finish
drop table if exists shop_core.orders__quarantine;
