select * from core.batches limit 0;

set batch_start = '2024-01-01 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-02 00:00:00'::timestamp_ntz;

create or replace temporary table core.batches__batch
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
    from core.batches__batch
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
    from core.batches__batch
    where not (on_day >= $batch_start and on_day < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

begin;

delete from core.batches as loaded
where loaded.on_day >= $batch_start and loaded.on_day < $batch_end;

insert into core.batches (id, on_day, amount)
select id, on_day, amount
from core.batches__batch;

select
    check_1
from (
    select
        count_if(not (amount > 0)) as check_1
    from core.batches__batch as batches
) as scan_1;

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
    1,
    $batch_start,
    $batch_end,
    'done',
    (select count(*) from core.batches__batch),
    '<invocation>',
    sysdate();

commit;

drop table if exists core.batches__batch;

select * from core.batches limit 0;

set batch_start = '2024-01-02 00:00:00'::timestamp_ntz;

set batch_end = '2024-01-03 00:00:00'::timestamp_ntz;

create or replace temporary table core.batches__batch
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
    from core.batches__batch
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
    from core.batches__batch
    where not (on_day >= $batch_start and on_day < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

begin;

delete from core.batches as loaded
where loaded.on_day >= $batch_start and loaded.on_day < $batch_end;

insert into core.batches (id, on_day, amount)
select id, on_day, amount
from core.batches__batch;

select
    check_1
from (
    select
        count_if(not (amount > 0)) as check_1
    from core.batches__batch as batches
) as scan_1;

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
    1,
    $batch_start,
    $batch_end,
    'partial',
    (select count(*) from core.batches__batch),
    '<invocation>',
    sysdate();

commit;

drop table if exists core.batches__batch;
