create or replace table core.changed__next
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
    from core.changed__next
    where id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0;

select
    check_1
from (
    select
        count_if(not (amount > 0)) as check_1
    from core.changed__next as changed
) as scan_1;

create or replace table core.changed clone core.changed__next copy grants;

drop table core.changed__next;
