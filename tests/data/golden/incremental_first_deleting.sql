-- prepare
create or replace table shop_core.orders__next
    comment = 'Every order once.'
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders;

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
    from shop_core.orders__next
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
        from shop_core.orders__next
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as doubled
    order by example
    limit 3
) as samples
having count(*) > 0;

-- write
delete from shop_core.orders__next as loaded
where amount = 0 or amount is null;

-- write
alter table shop_core.orders__next alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

-- publish shop_core.orders__next as shop_core.orders (by the session)

-- undo
drop table if exists shop_core.orders__next;
