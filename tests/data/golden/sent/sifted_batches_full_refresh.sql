set batch_start = '2024-01-01 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-02 00:00:00'::timestamp_ntz;

create or replace table core.sifted_batches__next
as
select *
from (
-- @materialized incremental
-- @batch day @begin 2024-01-01 @batch_by on_day

select id, on_day, amount -- @quarantine @check amount > 10
from raw.sales
where on_day >= $batch_start and on_day < $batch_end
) as batch
limit 0;

create or replace table core.sifted_batches__next__quarantine
    comment = 'Rows that their table does not take, each with the reason'
as
select *, ''::varchar as quarantine_reason, ''::varchar as quarantined_by, sysdate() as quarantined_at, null::timestamp_ntz as quarantined_batch
from core.sifted_batches__next
limit 0;

select * from core.sifted_batches__next limit 0;

select * from core.sifted_batches__next__quarantine limit 0;

set batch_start = '2024-01-01 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-02 00:00:00'::timestamp_ntz;

create or replace temporary table core.sifted_batches__next__arrived
as
select
    *,
    nullif(substr(
        iff(not (amount > 10), '; amount > 10', ''),
        3
    ), '')::varchar as quarantine_reason
from (
-- @materialized incremental
-- @batch day @begin 2024-01-01 @batch_by on_day

select id, on_day, amount -- @quarantine @check amount > 10
from raw.sales
where on_day >= $batch_start and on_day < $batch_end
) as sifted_batches__next;

create or replace temporary table core.sifted_batches__next__batch
as
select * exclude (quarantine_reason)
from core.sifted_batches__next__arrived as arrived
where quarantine_reason is null;

select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in @batch_by on_day'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(on_day::varchar, 'null') || ')' as example,
        count(*) over () as found
    from core.sifted_batches__next__batch
    where on_day is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a value of on_day outside of the batch, for example '
    || listagg(example, ', ') within group (order by example)
    || '; such rows would come again with every run' as reason
from (
    select
        on_day::varchar as example,
        count(*) over () as found
    from core.sifted_batches__next__batch
    where not (on_day >= $batch_start and on_day < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

delete from core.sifted_batches__next__quarantine
where quarantined_batch = $batch_start;

insert into core.sifted_batches__next__quarantine (id, on_day, amount, quarantine_reason, quarantined_by, quarantined_at, quarantined_batch)
select
    arrived.id,
    arrived.on_day,
    arrived.amount,
    arrived.quarantine_reason,
    '<invocation>'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    $batch_start::timestamp_ntz as quarantined_batch
from core.sifted_batches__next__arrived as arrived
where quarantine_reason is not null;

delete from core.sifted_batches__next as loaded
where loaded.on_day >= $batch_start and loaded.on_day < $batch_end;

insert into core.sifted_batches__next (id, on_day, amount)
select id, on_day, amount
from core.sifted_batches__next__batch;

select
    (select count(*) from core.sifted_batches__next__arrived) as rows_in,
    (select count(*) from core.sifted_batches__next__batch) as rows_out,
    (select count(*) from (select * from core.sifted_batches__next__quarantine where quarantined_by = '<invocation>' and quarantined_batch = $batch_start)) as rows_sent_away;

select count(*) from core.sifted_batches__next__batch;

drop table if exists core.sifted_batches__next__batch;

drop table if exists core.sifted_batches__next__arrived;

set batch_start = '2024-01-02 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-03 00:00:00'::timestamp_ntz;

create or replace temporary table core.sifted_batches__next__arrived
as
select
    *,
    nullif(substr(
        iff(not (amount > 10), '; amount > 10', ''),
        3
    ), '')::varchar as quarantine_reason
from (
-- @materialized incremental
-- @batch day @begin 2024-01-01 @batch_by on_day

select id, on_day, amount -- @quarantine @check amount > 10
from raw.sales
where on_day >= $batch_start and on_day < $batch_end
) as sifted_batches__next;

create or replace temporary table core.sifted_batches__next__batch
as
select * exclude (quarantine_reason)
from core.sifted_batches__next__arrived as arrived
where quarantine_reason is null;

select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in @batch_by on_day'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(on_day::varchar, 'null') || ')' as example,
        count(*) over () as found
    from core.sifted_batches__next__batch
    where on_day is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a value of on_day outside of the batch, for example '
    || listagg(example, ', ') within group (order by example)
    || '; such rows would come again with every run' as reason
from (
    select
        on_day::varchar as example,
        count(*) over () as found
    from core.sifted_batches__next__batch
    where not (on_day >= $batch_start and on_day < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

delete from core.sifted_batches__next__quarantine
where quarantined_batch = $batch_start;

insert into core.sifted_batches__next__quarantine (id, on_day, amount, quarantine_reason, quarantined_by, quarantined_at, quarantined_batch)
select
    arrived.id,
    arrived.on_day,
    arrived.amount,
    arrived.quarantine_reason,
    '<invocation>'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    $batch_start::timestamp_ntz as quarantined_batch
from core.sifted_batches__next__arrived as arrived
where quarantine_reason is not null;

delete from core.sifted_batches__next as loaded
where loaded.on_day >= $batch_start and loaded.on_day < $batch_end;

insert into core.sifted_batches__next (id, on_day, amount)
select id, on_day, amount
from core.sifted_batches__next__batch;

select
    (select count(*) from core.sifted_batches__next__arrived) as rows_in,
    (select count(*) from core.sifted_batches__next__batch) as rows_out,
    (select count(*) from (select * from core.sifted_batches__next__quarantine where quarantined_by = '<invocation>' and quarantined_batch = $batch_start)) as rows_sent_away;

select count(*) from core.sifted_batches__next__batch;

drop table if exists core.sifted_batches__next__batch;

drop table if exists core.sifted_batches__next__arrived;

select count(*) from core.sifted_batches__next__quarantine;

select
    check_1
from (
    select
        count_if(not (amount > 10)) as check_1
    from core.sifted_batches__next__quarantine as sifted_batches
) as scan_1;

create or replace table core.sifted_batches__quarantine clone core.sifted_batches__next__quarantine copy grants;

drop table core.sifted_batches__next__quarantine;

create or replace table core.sifted_batches clone core.sifted_batches__next copy grants;

drop table core.sifted_batches__next;

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
    'core.sifted_batches',
    2,
    noted.batch_start,
    noted.batch_end,
    noted.status,
    noted.rows_read,
    '<invocation>',
    sysdate()
from (
    values
    ('2024-01-01 00:00:00'::timestamp_ntz, '2024-01-02 00:00:00'::timestamp_ntz, 'done', 0),
    ('2024-01-02 00:00:00'::timestamp_ntz, '2024-01-03 00:00:00'::timestamp_ntz, 'partial', 1)
) as noted (batch_start, batch_end, status, rows_read);
