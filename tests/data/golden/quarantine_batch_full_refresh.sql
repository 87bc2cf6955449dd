-- create
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;

-- create
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;

-- create
create or replace table shop_core.orders__next
    comment = 'Every order once.'
as
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as batch
limit 0;

-- create
alter table shop_core.orders__next alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

-- create
create or replace table shop_core.orders__next__quarantine
    comment = 'Rows that their table does not take, each with the reason'
as
select *, ''::varchar as quarantine_reason, ''::varchar as quarantined_by, sysdate() as quarantined_at, null::timestamp_ntz as quarantined_batch
from shop_core.orders__next
limit 0;

-- set
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;

-- set
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;

-- prepare
create or replace temporary table shop_core.orders__next__arrived
as
select
    *,
    nullif(substr(
        iff(order_id is null, '; order_id is not null', '')
        || iff(amount not in (1, 2, 3), '; amount in (1, 2, 3)', '')
        || iff(not (amount >= 0), '; amount >= 0', ''),
        3
    ), '')::varchar as quarantine_reason
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as orders__next;

-- prepare
create or replace temporary table shop_core.orders__next__batch
as
select * exclude (quarantine_reason)
from shop_core.orders__next__arrived as arrived
where quarantine_reason is null;

-- prepare
create or replace table shop_core.orders__next__quarantine
    comment = 'Rows that their table does not take, each with the reason'
as
select
    arrived.*,
    ''::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from shop_core.orders__next__arrived as arrived
where quarantine_reason is not null
limit 0;

-- guard
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
    from shop_core.orders__next__batch
    where changed_at is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a value of changed_at outside of the batch, for example '
    || listagg(example, ', ') within group (order by example)
    || '; such rows would come again with every run' as reason
from (
    select
        changed_at::varchar as example,
        count(*) over () as found
    from shop_core.orders__next__batch
    where not (changed_at >= $batch_start and changed_at < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

-- send rows away
delete from shop_core.orders__next__quarantine
where quarantined_batch = $batch_start;

-- send rows away
insert into shop_core.orders__next__quarantine (order_id, customer_id, amount, changed_at, quarantine_reason, quarantined_by, quarantined_at, quarantined_batch)
select
    arrived.order_id,
    arrived.customer_id,
    arrived.amount,
    arrived.changed_at,
    arrived.quarantine_reason,
    '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    $batch_start::timestamp_ntz as quarantined_batch
from shop_core.orders__next__arrived as arrived
where quarantine_reason is not null;

-- write
delete from shop_core.orders__next as loaded
where loaded.changed_at >= $batch_start and loaded.changed_at < $batch_end;

-- write
insert into shop_core.orders__next (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__next__batch;

-- balance
select
    (select count(*) from shop_core.orders__next__arrived) as rows_in,
    (select count(*) from shop_core.orders__next__batch) as rows_out,
    (select count(*) from (select * from shop_core.orders__next__quarantine where quarantined_by = '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11' and quarantined_batch = $batch_start)) as rows_sent_away;

-- check
select
    check_1,
    check_2,
    check_3,
    check_4,
    check_5
from (
    select
        count(*) - count(order_id) as check_1,
        count_if(amount not in (1, 2, 3)) as check_3,
        count_if(not (amount >= 0)) as check_4
    from (select * from shop_core.orders__next__quarantine where quarantined_by = '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11' and quarantined_batch = $batch_start) as orders__next
) as scan_1
cross join (
    select
        iff(not (count(*) >= 100), 1, 0) as check_5
    from shop_core.orders__next as orders__next
) as scan_2
cross join (
    select
        count(*) as check_2
    from (
        select 1 as violation
        from shop_core.orders__next as orders__next
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as violations
) as pass_2;

-- finish
drop table if exists shop_core.orders__next__batch;

-- finish
drop table if exists shop_core.orders__next__arrived;

-- after the last batch

-- check
select
    check_1,
    check_2,
    check_3,
    check_4,
    check_5
from (
    select
        count(*) - count(order_id) as check_1,
        count_if(amount not in (1, 2, 3)) as check_3,
        count_if(not (amount >= 0)) as check_4
    from shop_core.orders__next__quarantine as orders
) as scan_1
cross join (
    select
        iff(not (count(*) >= 100), 1, 0) as check_5
    from shop_core.orders__next as orders
) as scan_2
cross join (
    select
        count(*) as check_2
    from (
        select 1 as violation
        from shop_core.orders__next as orders
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as violations
) as pass_2;

-- publish shop_core.orders__next__quarantine as shop_core.orders__quarantine (by the session)

-- publish shop_core.orders__next as shop_core.orders (by the session)

-- record
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
    noted.batch_start,
    noted.batch_end,
    noted.status,
    noted.rows_read,
    '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11',
    sysdate()
from (
    values
    ('2024-05-31 00:00:00'::timestamp_ntz, '2024-06-01 00:00:00'::timestamp_ntz, 'done', 100)
) as noted (batch_start, batch_end, status, rows_read);

-- undo
drop table if exists shop_core.orders__next;

-- undo
drop table if exists shop_core.orders__next__quarantine;
