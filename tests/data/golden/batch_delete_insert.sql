-- set
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;

-- set
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;

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
where changed_at >= $batch_start and changed_at < $batch_end;

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
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in @batch_by changed_at'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(changed_at::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where changed_at is null
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
from shop_core.orders__batch;

-- record, in the transaction
insert into runner.batches (
    node,
    generation,
    batch_start,
    batch_end,
    status,
    rows_read,
    invocation_id,
    recorded_at
)
select
    'shop_core.orders',
    3,
    $batch_start,
    $batch_end,
    'done',
    (select count(*) from shop_core.orders__batch),
    '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11',
    sysdate();

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
