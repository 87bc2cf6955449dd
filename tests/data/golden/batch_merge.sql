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
    || ' a null in the key (order_id)'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where order_id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || ' of (order_id)'
    || iff(max(found) = 1, ' has', ' have')
    || ' several rows in this run, for example '
    || listagg(example, ', ') within group (order by example)
    || '; keep one row of each, as with qualify row_number() over (partition by order_id order by …) = 1' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from (
        select order_id
        from shop_core.orders__batch
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
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
merge into shop_core.orders as loaded
using (select *, coalesce(amount = 0 or amount is null, false) as is_deleted__ from shop_core.orders__batch) as batch
    on loaded.order_id = batch.order_id
when matched and batch.is_deleted__ then delete
when matched then update set
    customer_id = batch.customer_id,
    amount = batch.amount,
    changed_at = batch.changed_at
when not matched and not batch.is_deleted__ then insert (order_id, customer_id, amount, changed_at)
values (batch.order_id, batch.customer_id, batch.amount, batch.changed_at);

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
