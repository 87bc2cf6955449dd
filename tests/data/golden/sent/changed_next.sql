create or replace temporary table core.changed__batch
as
-- @materialized incremental
-- @incremental_strategy delete+insert
-- @unique_key id

select id, amount  -- @check amount > 0
from raw.sales;

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
    from core.changed__batch
    where id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0;

begin;

delete from core.changed as loaded
using (select distinct id from core.changed__batch) as batch
where loaded.id = batch.id;

insert into core.changed (id, amount)
select id, amount
from core.changed__batch;

select
    check_1
from (
    select
        count_if(not (amount > 0)) as check_1
    from core.changed__batch as changed
) as scan_1;

commit;

drop table if exists core.changed__batch;
