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

-- guard
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in the key (customer_id)'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(customer_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where customer_id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0;

-- write, in a transaction
delete from shop_core.orders as loaded
using (select distinct customer_id from shop_core.orders__batch) as batch
where loaded.customer_id = batch.customer_id;

-- write, in a transaction
insert into shop_core.orders (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__batch
where not coalesce(amount = 0 or amount is null, false);

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
