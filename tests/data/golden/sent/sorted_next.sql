create or replace temporary table core.sorted__arrived
as
select
    *,
    nullif(substr(
        iff(not (amount > 10), '; amount > 10', ''),
        3
    ), '')::varchar as quarantine_reason
from (
-- @materialized table

select id, amount  -- @quarantine @check amount > 10
from raw.sales
) as sorted;

select * exclude (quarantine_reason)
from core.sorted__arrived as arrived
where quarantine_reason is null
limit 0;

begin;

delete from core.sorted__quarantine;

insert into core.sorted__quarantine (id, amount, quarantine_reason, quarantined_by, quarantined_at, quarantined_batch)
select
    arrived.id,
    arrived.amount,
    arrived.quarantine_reason,
    '<invocation>'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from core.sorted__arrived as arrived
where quarantine_reason is not null;

insert overwrite into core.sorted (id, amount)
select id, amount
from core.sorted__arrived
where quarantine_reason is null;

select
    (select count(*) from core.sorted__arrived) as rows_in,
    (select count(*) from core.sorted) as rows_out,
    (select count(*) from (select * from core.sorted__quarantine where quarantined_by = '<invocation>')) as rows_sent_away;

select
    check_1
from (
    select
        count_if(not (amount > 10)) as check_1
    from (select * from core.sorted__quarantine where quarantined_by = '<invocation>') as sorted
) as scan_1;

commit;

comment on table core.sorted is '';

drop table if exists core.sorted__arrived;
