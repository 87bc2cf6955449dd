create or replace temporary table core.sifted__arrived
as
select
    *,
    nullif(substr(
        iff(not (amount > 10), '; amount > 10', ''),
        3
    ), '')::varchar as quarantine_reason
from (
-- @materialized incremental
-- @incremental_strategy delete+insert
-- @unique_key id

select id, amount  -- @quarantine @check amount > 10
from raw.sales
) as sifted;

create or replace temporary table core.sifted__batch
as
select * exclude (quarantine_reason)
from core.sifted__arrived as arrived
where quarantine_reason is null;

select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in the key (id)'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from core.sifted__batch
    where id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0;

begin;

delete from core.sifted as loaded
using (select distinct id from core.sifted__arrived where quarantine_reason is not null) as arrived
where loaded.id = arrived.id;

delete from core.sifted__quarantine as kept
using (select distinct id from core.sifted__arrived) as arrived
where
    kept.id = arrived.id;

delete from core.sifted__quarantine as kept
using (select * from core.sifted__arrived where id is null) as arrived
where
    kept.id is not distinct from arrived.id
    and kept.amount is not distinct from arrived.amount;

insert into core.sifted__quarantine (id, amount, quarantine_reason, quarantined_by, quarantined_at, quarantined_batch)
select
    arrived.id,
    arrived.amount,
    arrived.quarantine_reason,
    '<invocation>'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from core.sifted__arrived as arrived
where quarantine_reason is not null;

delete from core.sifted as loaded
using (select distinct id from core.sifted__batch) as batch
where loaded.id = batch.id;

insert into core.sifted (id, amount)
select id, amount
from core.sifted__batch;

select
    (select count(*) from core.sifted__arrived) as rows_in,
    (select count(*) from core.sifted__batch) as rows_out,
    (select count(*) from (select * from core.sifted__quarantine where quarantined_by = '<invocation>')) as rows_sent_away;

select
    check_1
from (
    select
        count_if(not (amount > 10)) as check_1
    from (select * from core.sifted__quarantine where quarantined_by = '<invocation>') as sifted
) as scan_1;

commit;

drop table if exists core.sifted__batch;

drop table if exists core.sifted__arrived;
