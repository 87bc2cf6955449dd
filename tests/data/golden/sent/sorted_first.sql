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

create or replace table core.sorted__next__quarantine
    comment = 'Rows that their table does not take, each with the reason'
as
select
    arrived.*,
    '<invocation>'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from core.sorted__arrived as arrived
where quarantine_reason is not null;

create or replace table core.sorted__next
as
select * exclude (quarantine_reason)
from core.sorted__arrived as arrived
where quarantine_reason is null;

select
    (select count(*) from core.sorted__arrived) as rows_in,
    (select count(*) from core.sorted__next) as rows_out,
    (select count(*) from core.sorted__next__quarantine) as rows_sent_away;

select
    check_1
from (
    select
        count_if(not (amount > 10)) as check_1
    from core.sorted__next__quarantine as sorted
) as scan_1;

create or replace table core.sorted__quarantine clone core.sorted__next__quarantine copy grants;

drop table core.sorted__next__quarantine;

create or replace table core.sorted clone core.sorted__next copy grants;

drop table core.sorted__next;

drop table if exists core.sorted__arrived;
