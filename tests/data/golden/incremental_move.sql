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
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || ' of (order_id)'
    || iff(max(found) = 1, ' is', ' are')
    || ' in the table already, for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave out what is loaded, or use @incremental_strategy merge' as reason
from (
    select
        '(' || coalesce(batch.order_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch as batch
    where exists (
        select 1
        from shop_core.orders as loaded
        where batch.order_id = loaded.order_id
    )
    order by example
    limit 3
) as samples
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || ' of (order_id) in shop_staging.stg_orders'
    || iff(max(found) = 1, ' has', ' have')
    || ' several rows in this run, for example '
    || listagg(example, ', ') within group (order by example)
    || '; all of them would leave it: add a column to @unique_key' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from (
        select order_id
        from (
select source.*
from shop_staging.stg_orders as source
where exists (
    select 1
    from shop_core.orders__batch as batch
    where batch.order_id = source.order_id
)
) as moved_rows
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
having count(*) > 0;

-- write, in a transaction
insert into shop_core.orders (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__batch;

-- take out, in a transaction
delete from shop_staging.stg_orders as source
using shop_core.orders__batch as batch
where source.order_id = batch.order_id;

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
