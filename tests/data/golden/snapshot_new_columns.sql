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

-- describe
select * from shop_core.orders__batch limit 0;

-- prepare
alter table shop_core.orders add column order_id VARCHAR, customer_id VARCHAR, amount NUMBER(12,2);

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

-- write, in a transaction
merge into shop_core.orders as target
using (
    with arrived as (
        select
            batch.order_id, batch.customer_id, batch.amount, batch.changed_at,
            batch.changed_at::timestamp_ltz::timestamp_ntz as version_at__
        from shop_core.orders__batch as batch
    ),

    known_keys as (
        select
            recorded.order_id, recorded.customer_id,
            count_if(recorded.valid_to is null and not recorded.is_deleted) as open_rows__,
            max(iff(recorded.is_deleted, recorded.valid_from, recorded.valid_to)) as removed_at__,
            max(recorded.valid_from) as last_from__
        from shop_core.orders as recorded
        group by recorded.order_id, recorded.customer_id
    ),

    arrived_keys as (
        select arrived.order_id, arrived.customer_id, max(arrived.version_at__) as newest_at__
        from arrived
        group by arrived.order_id, arrived.customer_id
    ),

    new_versions as (
        select arrived.order_id, arrived.customer_id, arrived.amount, arrived.changed_at, arrived.version_at__
        from arrived
        left join (
            select distinct recorded.order_id, recorded.customer_id, recorded.changed_at::timestamp_ltz::timestamp_ntz as version_at__
            from shop_core.orders as recorded
        ) as known
            on arrived.order_id = known.order_id and arrived.customer_id = known.customer_id and arrived.version_at__ = known.version_at__
        where known.version_at__ is null
    ),

    new_marks as (
        select
            new_versions.order_id, new_versions.customer_id,
            new_versions.version_at__ as starts_at__,
            new_versions.version_at__,
            0 as is_removal__
        from new_versions
        union all
        -- keys that come back without a version of their own since they were deleted
        select
            known_keys.order_id, known_keys.customer_id,
            greatest('2024-06-01 12:30:00.000000'::timestamp_ntz, dateadd(microsecond, 1, known_keys.removed_at__)) as starts_at__,
            null::timestamp_ntz as version_at__,
            0 as is_removal__
        from known_keys
        inner join arrived_keys
            on known_keys.order_id = arrived_keys.order_id and known_keys.customer_id = arrived_keys.customer_id
        where
            known_keys.open_rows__ = 0
            and arrived_keys.newest_at__ < known_keys.removed_at__
    ),

    changed_keys as (
        select distinct new_marks.order_id, new_marks.customer_id
        from new_marks
    ),

    recorded_rows as (
        select
            recorded.order_id, recorded.customer_id, recorded.amount, recorded.changed_at,
            recorded.valid_from as starts_at__,
            recorded.valid_to as ends_at__,
            recorded.changed_at::timestamp_ltz::timestamp_ntz as version_at__,
            recorded.is_deleted as is_deleted__,
            lead(recorded.valid_from) over (
                partition by recorded.order_id, recorded.customer_id order by recorded.valid_from
            ) as next_starts_at__
        from shop_core.orders as recorded
        inner join changed_keys
            on recorded.order_id = changed_keys.order_id and recorded.customer_id = changed_keys.customer_id
    ),

    points as (
        select
            order_id, customer_id,
            starts_at__,
            max(version_at__) as version_at__,
            min(is_removal__) as is_removal__,
            max(is_recorded__) as is_recorded__
        from (
            select order_id, customer_id, starts_at__, version_at__, is_removal__, 0 as is_recorded__
            from new_marks
            union all
            select
                order_id, customer_id,
                starts_at__,
                version_at__,
                iff(is_deleted__, 1, 0) as is_removal__,
                1 as is_recorded__
            from recorded_rows
            union all
            -- a row that ends before the next one begins: there the key was deleted
            select
                order_id, customer_id,
                ends_at__ as starts_at__,
                null::timestamp_ntz as version_at__,
                1 as is_removal__,
                0 as is_recorded__
            from recorded_rows
            where ends_at__ is not null and ends_at__ is distinct from next_starts_at__
        ) as marks
        group by order_id, customer_id, starts_at__
    ),

    timeline as (
        select
            order_id, customer_id,
            starts_at__,
            lead(starts_at__) over (partition by order_id, customer_id order by starts_at__) as ends_at__,
            max(version_at__) over (
                partition by order_id, customer_id
                order by starts_at__
                rows between unbounded preceding and current row
            ) as version_at__,
            is_removal__,
            is_recorded__
        from points
    ),

    versions as (
        select order_id, customer_id, amount, changed_at, version_at__
        from recorded_rows
        where starts_at__ = version_at__
        union all
        select order_id, customer_id, amount, changed_at, version_at__
        from new_versions
    )

    select
        versions.order_id, versions.customer_id, versions.amount, versions.changed_at,
        timeline.starts_at__ as valid_from,
        timeline.ends_at__ as valid_to,
        timeline.is_removal__ = 1 as is_deleted,
        timeline.version_at__
    from timeline
    inner join versions
        on timeline.order_id = versions.order_id and timeline.customer_id = versions.customer_id and timeline.version_at__ = versions.version_at__
    where timeline.is_removal__ = 0 or timeline.is_recorded__ = 1
) as source
    on target.order_id = source.order_id and target.customer_id = source.customer_id and target.valid_from = source.valid_from
when matched and (
    target.valid_to is distinct from source.valid_to
    or target.changed_at::timestamp_ltz::timestamp_ntz is distinct from source.version_at__
) then update set
    amount = source.amount,
    changed_at = source.changed_at,
    valid_to = source.valid_to,
    is_current = source.valid_to is null,
    is_deleted = source.is_deleted
when not matched then insert (order_id, customer_id, amount, changed_at, valid_from, valid_to, is_current, is_deleted)
values (
    source.order_id, source.customer_id, source.amount, source.changed_at,
    source.valid_from,
    source.valid_to,
    source.valid_to is null,
    source.is_deleted
);

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
