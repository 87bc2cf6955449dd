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

create or replace table core.sifted__next
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
    from core.sifted__next
    where id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0;

create or replace table core.sifted__next__quarantine
    comment = 'Rows that their table does not take, each with the reason'
as
select
    arrived.*,
    '<invocation>'::varchar as quarantined_by,
    sysdate() as quarantined_at,
    null::timestamp_ntz as quarantined_batch
from core.sifted__arrived as arrived
where quarantine_reason is not null;

select
    (select count(*) from core.sifted__arrived) as rows_in,
    (select count(*) from core.sifted__next) as rows_out,
    (select count(*) from core.sifted__next__quarantine) as rows_sent_away;

select
    check_1
from (
    select
        count_if(not (amount > 10)) as check_1
    from core.sifted__next__quarantine as sifted
) as scan_1;

create or replace table core.sifted__quarantine clone core.sifted__next__quarantine copy grants;

drop table core.sifted__next__quarantine;

create or replace table core.sifted clone core.sifted__next copy grants;

drop table core.sifted__next;

drop table if exists core.sifted__arrived;
