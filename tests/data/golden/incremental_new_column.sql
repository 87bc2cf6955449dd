-- prepare
create or replace temporary table shop_core.orders__batch
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded);

-- describe
select * from shop_core.orders__batch limit 0;

-- prepare
alter table shop_core.orders add column changed_at TIMESTAMP_NTZ(9);

-- guard
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in the key (order_id)'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where order_id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || ' of (order_id)'
    || iff(max(found) = 1, ' has', ' have')
    || ' several rows in this run, for example '
    || listagg(example, ', ') within group (order by example)
    || '; keep one row of each, as with qualify row_number() over (partition by order_id order by …) = 1' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from (
        select order_id
        from shop_core.orders__batch
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
having count(*) > 0;

-- write, in a transaction
merge into shop_core.orders as loaded
using shop_core.orders__batch as batch
    on loaded.order_id = batch.order_id
when matched then update set
    customer_id = batch.customer_id,
    amount = batch.amount,
    changed_at = batch.changed_at
when not matched then insert (order_id, customer_id, amount, changed_at)
values (batch.order_id, batch.customer_id, batch.amount, batch.changed_at);

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
