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

-- send rows away
create or replace table shop_core.orders__next__quarantine
    comment = 'Rows that their table does not take, each with the reason'
as
select
    arrived.*,
    'a-run'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from shop_core.orders__arrived as arrived
where quarantine_reason is not null;

-- write
create or replace table shop_core.orders__next
    comment = 'Every order once.'
as
select * exclude (quarantine_reason)
from shop_core.orders__arrived as arrived
where quarantine_reason is null;

-- write
alter table shop_core.orders__next alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

-- balance
select
    (select count(*) from shop_core.orders__arrived) as rows_in,
    (select count(*) from shop_core.orders__next) as rows_out,
    (select count(*) from shop_core.orders__next__quarantine) as rows_sent_away;

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

-- finish
drop table if exists shop_core.orders__arrived;

-- undo
drop table if exists shop_core.orders__next;

-- undo
drop table if exists shop_core.orders__next__quarantine;

-- undo
drop table if exists shop_core.orders__arrived;
