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
    found::varchar
    || iff(found = 1, ' row of this run has', ' rows of this run have')
    || ' a null in the key (order_id); leave such rows out of the query' as reason
from (
    select count(*) as found
    from shop_core.orders__batch
    where order_id is null
) as incomplete
where found > 0
union all
select
    found::varchar
    || iff(found = 1, ' value', ' values')
    || ' of (order_id)'
    || iff(found = 1, ' has', ' have')
    || ' several rows in this run, for example ' || example || '; keep one row of each, as with qualify row_number() over (partition by order_id order by …) = 1' as reason
from (
    select count(*) as found, min(order_id::varchar) as example
    from (
        select order_id
        from shop_core.orders__batch
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as doubled
) as counted
where found > 0
union all
select
    found::varchar
    || iff(found = 1, ' value', ' values')
    || ' of (order_id)'
    || iff(found = 1, ' is', ' are')
    || ' in the table already, for example ' || example
    || '; leave out what is loaded, or use @incremental_strategy merge' as reason
from (
    select count(*) as found, min(batch.order_id::varchar) as example
    from shop_core.orders__batch as batch
    where exists (
        select 1
        from shop_core.orders as loaded
        where batch.order_id = loaded.order_id
    )
) as counted
where found > 0;

-- write, in a transaction
insert into shop_core.orders (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__batch;

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
