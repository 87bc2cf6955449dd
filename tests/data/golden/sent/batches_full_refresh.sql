set batch_start = '2024-01-01 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-02 00:00:00'::timestamp_ntz;

create or replace table core.batches__next
as
select *
from (
-- @materialized incremental
-- @batch day @begin 2024-01-01 @batch_by on_day

select id, on_day, amount -- @check amount > 0
from raw.sales
where on_day >= $batch_start and on_day < $batch_end
) as batch
limit 0;

select * from core.batches__next limit 0;

set batch_start = '2024-01-01 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-02 00:00:00'::timestamp_ntz;

create or replace temporary table core.batches__next__batch
as
-- @materialized incremental
-- @batch day @begin 2024-01-01 @batch_by on_day

select id, on_day, amount -- @check amount > 0
from raw.sales
where on_day >= $batch_start and on_day < $batch_end;

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
    from core.batches__next__batch
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
    from core.batches__next__batch
    where not (on_day >= $batch_start and on_day < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

delete from core.batches__next as loaded
where loaded.on_day >= $batch_start and loaded.on_day < $batch_end;

insert into core.batches__next (id, on_day, amount)
select id, on_day, amount
from core.batches__next__batch;

select count(*) from core.batches__next__batch;

drop table if exists core.batches__next__batch;

set batch_start = '2024-01-02 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-03 00:00:00'::timestamp_ntz;

create or replace temporary table core.batches__next__batch
as
-- @materialized incremental
-- @batch day @begin 2024-01-01 @batch_by on_day

select id, on_day, amount -- @check amount > 0
from raw.sales
where on_day >= $batch_start and on_day < $batch_end;

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
    from core.batches__next__batch
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
    from core.batches__next__batch
    where not (on_day >= $batch_start and on_day < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

delete from core.batches__next as loaded
where loaded.on_day >= $batch_start and loaded.on_day < $batch_end;

insert into core.batches__next (id, on_day, amount)
select id, on_day, amount
from core.batches__next__batch;

select count(*) from core.batches__next__batch;

drop table if exists core.batches__next__batch;

select
    check_1
from (
    select
        count_if(not (amount > 0)) as check_1
    from core.batches__next as batches
) as scan_1;

create or replace table core.batches clone core.batches__next copy grants;

drop table core.batches__next;

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
    'core.batches',
    2,
    noted.batch_start,
    noted.batch_end,
    noted.status,
    noted.rows_read,
    '<invocation>',
    sysdate()
from (
    values
    ('2024-01-01 00:00:00'::timestamp_ntz, '2024-01-02 00:00:00'::timestamp_ntz, 'done', 1),
    ('2024-01-02 00:00:00'::timestamp_ntz, '2024-01-03 00:00:00'::timestamp_ntz, 'partial', 1)
) as noted (batch_start, batch_end, status, rows_read);
