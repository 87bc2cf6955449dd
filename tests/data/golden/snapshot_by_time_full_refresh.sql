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
    || ' a null in the key (order_id, customer_id, changed_at)'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ', ' || coalesce(customer_id::varchar, 'null') || ', ' || coalesce(changed_at::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where order_id is null or customer_id is null or changed_at is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' value', ' values')
    || ' of (order_id, customer_id, changed_at)'
    || iff(max(found) = 1, ' has', ' have')
    || ' several rows in this run, for example '
    || listagg(example, ', ') within group (order by example)
    || '; let the query choose one of them' as reason
from (
    select
        '(' || coalesce(order_id::varchar, 'null') || ', ' || coalesce(customer_id::varchar, 'null') || ', ' || coalesce(changed_at::varchar, 'null') || ')' as example,
        count(*) over () as found
    from (
        select order_id, customer_id, changed_at
        from shop_core.orders__batch
        where order_id is not null and customer_id is not null and changed_at is not null
        group by order_id, customer_id, changed_at
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
having count(*) > 0;

-- write
create or replace table shop_core.orders__next
    comment = 'How orders changed.'
as
select
    versions.*,
    versions.valid_to is null as is_current,
    false as is_deleted
from (
    select
        batch.*,
        batch.changed_at::timestamp_ltz::timestamp_ntz as valid_from,
        lead(batch.changed_at::timestamp_ltz::timestamp_ntz) over (partition by order_id, customer_id order by batch.changed_at::timestamp_ltz::timestamp_ntz) as valid_to
    from shop_core.orders__batch as batch
) as versions;

-- write
alter table shop_core.orders__next alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars',
    column valid_from comment 'When this version began, UTC',
    column valid_to comment 'When it ended, UTC; null while it lasts',
    column is_current comment 'Whether it lasts',
    column is_deleted comment 'Whether this row says that the key was deleted';

-- publish shop_core.orders__next as shop_core.orders (by the session)

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__next;
