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
having count(*) > 0
union all
select
    iff(
        arrived.total_rows = 0,
        'the query gives no rows, and '
        || counted.standing::varchar
        || iff(counted.standing = 1, ' key is', ' keys are')
        || ' open: nothing was closed. See what the query reads; if they are gone indeed, let this run close them with @max_deletes 100%',
        counted.gone::varchar || ' of ' || counted.standing::varchar || ' open keys are absent from the query, more than @max_deletes 10%: nothing was closed. See what the query reads; if they are gone indeed, let this run close them with @max_deletes 100%'
    ) as reason
from (
    select
        count(*) as standing,
        count_if(present.order_id is null) as gone
    from shop_core.orders as recorded
    left join (select distinct order_id, customer_id from shop_core.orders__batch) as present
        on recorded.order_id = present.order_id and recorded.customer_id = present.customer_id
    where recorded.is_current and not recorded.is_deleted
) as counted
cross join (select count(*) as total_rows from shop_core.orders__batch) as arrived
where counted.gone > 0 and (arrived.total_rows = 0 or counted.gone * 100 > counted.standing * 10);

-- write, in a transaction
merge into shop_core.orders as target
using (
    with open_rows as (
        select recorded.order_id, recorded.customer_id, recorded.amount, recorded.changed_at, recorded.valid_from, recorded.is_deleted
        from shop_core.orders as recorded
        where recorded.valid_to is null
    ),

    earliest as (
        select
            recorded.order_id, recorded.customer_id,
            max(
                coalesce(recorded.valid_to, dateadd(microsecond, 1, recorded.valid_from))
            ) as starts_at__
        from shop_core.orders as recorded
        group by recorded.order_id, recorded.customer_id
    ),

    differences as (
        select
            batch.order_id, batch.customer_id, batch.amount, batch.changed_at,
            false as is_deleted__,
            greatest('2024-06-01 12:30:00.000000'::timestamp_ntz, coalesce(earliest.starts_at__, '2024-06-01 12:30:00.000000'::timestamp_ntz)) as starts_at__,
            open_rows.valid_from as closed_from__
        from shop_core.orders__batch as batch
        left join open_rows
            on batch.order_id = open_rows.order_id and batch.customer_id = open_rows.customer_id
        left join earliest
            on batch.order_id = earliest.order_id and batch.customer_id = earliest.customer_id
        where
            open_rows.valid_from is null
            or open_rows.is_deleted
            or batch.amount is distinct from open_rows.amount
        union all
        select
            open_rows.order_id, open_rows.customer_id, open_rows.amount, open_rows.changed_at,
            true as is_deleted__,
            greatest('2024-06-01 12:30:00.000000'::timestamp_ntz, earliest.starts_at__) as starts_at__,
            open_rows.valid_from as closed_from__
        from open_rows
        inner join earliest
            on open_rows.order_id = earliest.order_id and open_rows.customer_id = earliest.customer_id
        left join shop_core.orders__batch as batch
            on batch.order_id = open_rows.order_id and batch.customer_id = open_rows.customer_id
        where batch.order_id is null and not open_rows.is_deleted
    )

    select
        differences.order_id, differences.customer_id, differences.amount, differences.changed_at,
        differences.closed_from__ as valid_from,
        differences.starts_at__ as valid_to,
        false as is_deleted
    from differences
    where differences.closed_from__ is not null
    union all
    select
        differences.order_id, differences.customer_id, differences.amount, differences.changed_at,
        differences.starts_at__ as valid_from,
        null::timestamp_ntz as valid_to,
        differences.is_deleted__ as is_deleted
    from differences
) as source
    on target.order_id = source.order_id and target.customer_id = source.customer_id and target.valid_from = source.valid_from
when matched then update set valid_to = source.valid_to, is_current = false
when not matched then insert (order_id, customer_id, amount, changed_at, valid_from, valid_to, is_current, is_deleted)
values (
    source.order_id, source.customer_id, source.amount, source.changed_at,
    source.valid_from,
    source.valid_to,
    true,
    source.is_deleted
);

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
