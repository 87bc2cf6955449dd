-- prepare
create or replace temporary table shop_core.orders__batch
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded);

-- describe
select * from shop_core.orders__batch limit 0;

-- prepare
alter table shop_core.orders add column order_id VARCHAR, customer_id VARCHAR;

-- prepare
alter table shop_core.orders alter column amount set data type NUMBER(12,2);

-- write, in a transaction
insert into shop_core.orders (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__batch;

-- publish
alter table shop_core.orders drop column note;

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
