-- prepare
create or replace temporary table shop_core.orders__arrived
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
) as orders;

-- describe
select * exclude (quarantine_reason)
from shop_core.orders__arrived as arrived
where quarantine_reason is null
limit 0;

-- send rows away, in a transaction
delete from shop_core.orders__quarantine;

-- send rows away, in a transaction
insert into shop_core.orders__quarantine (order_id, customer_id, amount, changed_at, quarantine_reason, quarantined_by, quarantined_at, quarantined_batch)
select
    arrived.order_id,
    arrived.customer_id,
    arrived.amount,
    arrived.changed_at,
    arrived.quarantine_reason,
    'a-run'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from shop_core.orders__arrived as arrived
where quarantine_reason is not null;

-- write, in a transaction
insert overwrite into shop_core.orders (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__arrived
where quarantine_reason is null;

-- balance
select
    (select count(*) from shop_core.orders__arrived) as rows_in,
    (select count(*) from shop_core.orders) as rows_out,
    (select count(*) from (select * from shop_core.orders__quarantine where quarantined_by = 'a-run')) as rows_sent_away;

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
    from (select * from shop_core.orders__quarantine where quarantined_by = 'a-run') as orders
) as scan_1
cross join (
    select
        iff(not (count(*) >= 100), 1, 0) as check_5
    from shop_core.orders as orders
) as scan_2
cross join (
    select
        count(*) as check_2
    from (
        select 1 as violation
        from shop_core.orders as orders
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as violations
) as pass_2;

-- publish
comment on table shop_core.orders is 'Every order once.';

-- publish
alter table shop_core.orders alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

-- publish
alter table shop_core.orders cluster by (amount);

-- finish
drop table if exists shop_core.orders__arrived;

-- undo
drop table if exists shop_core.orders__arrived;
