-- prepare
create or replace temporary table shop_core.orders__batch
as
select distinct *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
);

-- guard
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in the key (order_id, customer_id)'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ', ' || coalesce(customer_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where order_id is null or customer_id is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || ' of (order_id, customer_id)'
    || iff(max(found) = 1, ' has', ' have')
    || ' several rows in this run, for example '
    || listagg(example, ', ') within group (order by example)
    || '; let the query choose one of them, or use @updated_at, which keeps them all' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ', ' || coalesce(customer_id::varchar, 'null') || ')' as example,
        count(*) over () as found
    from (
        select order_id, customer_id
        from shop_core.orders__batch
        where order_id is not null and customer_id is not null
        group by order_id, customer_id
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
having count(*) > 0;

-- write
create or replace table shop_core.orders
    comment = 'How orders changed.'
as
select
    batch.*,
    '2024-06-01 12:30:00.000000'::timestamp_ntz as valid_from,
    null::timestamp_ntz as valid_to,
    true as is_current,
    false as is_deleted
from shop_core.orders__batch as batch;

-- write
alter table shop_core.orders alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars',
    column valid_from comment 'When this version began, UTC',
    column valid_to comment 'When it ended, UTC; null while it lasts',
    column is_current comment 'Whether it lasts',
    column is_deleted comment 'Whether this row says that the key was deleted';

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
