-- set
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;

-- set
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;

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
where changed_at >= $batch_start and changed_at < $batch_end;

-- guard
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a null in @batch_by changed_at'
    || ', for example '
    || listagg(example, ', ') within group (order by example)
    || '; leave such rows out of the query' as reason
from (
    select
        '(' || coalesce(changed_at::varchar, 'null') || ')' as example,
        count(*) over () as found
    from shop_core.orders__batch
    where changed_at is null
    order by example
    limit 3
) as incomplete
having count(*) > 0
union all
select
    max(found)::varchar
    || iff(max(found) = 1, ' row of this run has', ' rows of this run have')
    || ' a value of changed_at outside of the batch, for example '
    || listagg(example, ', ') within group (order by example)
    || '; such rows would come again with every run' as reason
from (
    select
        changed_at::varchar as example,
        count(*) over () as found
    from shop_core.orders__batch
    where not (changed_at >= $batch_start and changed_at < $batch_end)
    order by example
    limit 3
) as strangers
having count(*) > 0;

-- write, in a transaction
delete from shop_core.orders as loaded
where loaded.changed_at >= $batch_start and loaded.changed_at < $batch_end;

-- write, in a transaction
insert into shop_core.orders (order_id, customer_id, amount, changed_at)
select order_id, customer_id, amount, changed_at
from shop_core.orders__batch;

-- check
select
    check_1,
    check_2,
    check_3,
    check_4,
    check_5,
    check_6,
    check_7,
    check_8,
    check_9,
    check_10
from (
    select
        count(*) - count(order_id) as check_1,
        count_if(amount not in (1, 2, 3)) as check_5,
        count_if(not (amount >= 0)) as check_6,
        iff(not (count(*) > 0), 1, 0) as check_8
    from shop_core.orders__batch as orders
) as scan_1
cross join (
    select
        iff(not (count(*) >= 100), 1, 0) as check_7
    from shop_core.orders as orders
) as scan_2
cross join (
    select
        count(*) as check_2
    from (
        select 1 as violation
        from shop_core.orders as orders
        where order_id is not null
        group by order_id
        having count(*) > 1
    ) as violations
) as pass_2
cross join (
    select
        count(*) as check_3
    from (
        select 1 as violation
        from shop_core.orders as orders
        where order_id is not null and customer_id is not null
        group by order_id, customer_id
        having count(*) > 1
    ) as violations
) as pass_3
cross join (
    select
        count(*) as check_4
    from (
        select 1 as violation
        from shop_core.orders__batch as orders
        where
            orders.customer_id is not null
            and not exists (
                select 1 from shop_core.customers as referenced__
                where referenced__.customer_id = orders.customer_id
            )
    ) as violations
) as pass_4
cross join (
    select
        count(*) as check_9
    from (
-- Orders have a customer.
select orders.order_id
from shop_core.orders as orders
where orders.customer_id is null
    ) as found
) as file_9
cross join (
    select
        max(loaded_at) as check_10
    from (
select max(ingestion_ts) as loaded_at
from shop_core.orders as all_orders
    ) as found
) as file_10;

-- sample of not_null_order_id
select order_id
from shop_core.orders__batch as orders
where order_id is null
limit 5;

-- all of not_null_order_id
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as orders
where order_id is null;

-- sample of unique_order_id
select order_id, count(*) as occurrences
from shop_core.orders as orders
where order_id is not null
group by order_id
having count(*) > 1
limit 5;

-- all of unique_order_id
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select order_id, count(*) as occurrences
from (
select order_id, customer_id, amount, changed_at from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not (loaded.changed_at >= $batch_start and loaded.changed_at < $batch_end)
) as orders
where order_id is not null
group by order_id
having count(*) > 1;

-- sample of unique_pair
select order_id, customer_id, count(*) as occurrences
from shop_core.orders as orders
where order_id is not null and customer_id is not null
group by order_id, customer_id
having count(*) > 1
limit 5;

-- all of unique_pair
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select order_id, customer_id, count(*) as occurrences
from (
select order_id, customer_id, amount, changed_at from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not (loaded.changed_at >= $batch_start and loaded.changed_at < $batch_end)
) as orders
where order_id is not null and customer_id is not null
group by order_id, customer_id
having count(*) > 1;

-- sample of references_customer_id
select order_id, customer_id
from shop_core.orders__batch as orders
where
    orders.customer_id is not null
    and not exists (
        select 1 from shop_core.customers as referenced__
        where referenced__.customer_id = orders.customer_id
    )
limit 5;

-- all of references_customer_id
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as orders
where
    orders.customer_id is not null
    and not exists (
        select 1 from shop_core.customers as referenced__
        where referenced__.customer_id = orders.customer_id
    );

-- sample of accepted_values_amount
select order_id, amount
from shop_core.orders__batch as orders
where amount not in (1, 2, 3)
limit 5;

-- all of accepted_values_amount
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as orders
where amount not in (1, 2, 3);

-- sample of check_amount
select order_id, amount
from shop_core.orders__batch as orders
where not (amount >= 0)
limit 5;

-- all of check_amount
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as orders
where not (amount >= 0);

-- sample of check_count
select COUNT(*) as found
from shop_core.orders as orders
limit 5;

-- all of check_count
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select COUNT(*) as found
from (
select order_id, customer_id, amount, changed_at from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not (loaded.changed_at >= $batch_start and loaded.changed_at < $batch_end)
) as orders;

-- sample of check_new
select COUNT(*) as found
from shop_core.orders__batch as orders
limit 5;

-- all of check_new
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
select COUNT(*) as found
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as orders;

-- sample of shop/no_order_is_from_nowhere
select *
from (
-- Orders have a customer.
select orders.order_id
from shop_core.orders as orders
where orders.customer_id is null
) as violations
limit 5;

-- all of shop/no_order_is_from_nowhere
set batch_start = '2024-05-31 00:00:00'::timestamp_ntz;
set batch_end = '2024-06-01 00:00:00'::timestamp_ntz;
-- Orders have a customer.
select orders.order_id
from (
select order_id, customer_id, amount, changed_at from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where changed_at >= $batch_start and changed_at < $batch_end
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not (loaded.changed_at >= $batch_start and loaded.changed_at < $batch_end)
) as orders
where orders.customer_id is null;

-- record, in the transaction
insert into runner.batches (
    node,
    generation,
    batch_start,
    batch_end,
    status,
    rows_read,
    invocation_id,
    recorded_at
)
select
    'shop_core.orders',
    3,
    $batch_start,
    $batch_end,
    'done',
    (select count(*) from shop_core.orders__batch),
    '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11',
    sysdate();

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
