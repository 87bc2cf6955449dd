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
having count(*) > 0;

-- write, in a transaction
merge into shop_core.orders as loaded
using (select *, coalesce(amount = 0 or amount is null, false) as is_deleted__ from shop_core.orders__batch) as batch
    on loaded.order_id = batch.order_id
when matched and batch.is_deleted__ then delete
when matched then update set
    customer_id = batch.customer_id,
    amount = batch.amount,
    changed_at = batch.changed_at
when not matched and not batch.is_deleted__ then insert (order_id, customer_id, amount, changed_at)
values (batch.order_id, batch.customer_id, batch.amount, batch.changed_at);

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
    from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
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
        from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
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
from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
where order_id is null
limit 5;

-- all of not_null_order_id
select *
from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
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
select order_id, count(*) as occurrences
from (
select order_id, customer_id, amount, changed_at from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not exists (
    select 1 from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch where batch.order_id = loaded.order_id
)
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
select order_id, customer_id, count(*) as occurrences
from (
select order_id, customer_id, amount, changed_at from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not exists (
    select 1 from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch where batch.order_id = loaded.order_id
)
) as orders
where order_id is not null and customer_id is not null
group by order_id, customer_id
having count(*) > 1;

-- sample of references_customer_id
select order_id, customer_id
from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
where
    orders.customer_id is not null
    and not exists (
        select 1 from shop_core.customers as referenced__
        where referenced__.customer_id = orders.customer_id
    )
limit 5;

-- all of references_customer_id
select *
from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as orders
where
    orders.customer_id is not null
    and not exists (
        select 1 from shop_core.customers as referenced__
        where referenced__.customer_id = orders.customer_id
    );

-- sample of accepted_values_amount
select order_id, amount
from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
where amount not in (1, 2, 3)
limit 5;

-- all of accepted_values_amount
select *
from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as orders
where amount not in (1, 2, 3);

-- sample of check_amount
select order_id, amount
from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
where not (amount >= 0)
limit 5;

-- all of check_amount
select *
from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as orders
where not (amount >= 0);

-- sample of check_count
select COUNT(*) as found
from shop_core.orders as orders
limit 5;

-- all of check_count
select COUNT(*) as found
from (
select order_id, customer_id, amount, changed_at from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not exists (
    select 1 from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch where batch.order_id = loaded.order_id
)
) as orders;

-- sample of check_new
select COUNT(*) as found
from (select * from shop_core.orders__batch where not coalesce(amount = 0 or amount is null, false)) as orders
limit 5;

-- all of check_new
select COUNT(*) as found
from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
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
-- Orders have a customer.
select orders.order_id
from (
select order_id, customer_id, amount, changed_at from (
select * from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch
where not coalesce(amount = 0 or amount is null, false)
) as batch
union all
select order_id, customer_id, amount, changed_at from shop_core.orders as loaded
    where not exists (
    select 1 from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
where ingestion_ts > (select max(loaded.ingestion_ts) from shop_core.orders as loaded)
) as batch where batch.order_id = loaded.order_id
)
) as orders
where orders.customer_id is null;

-- finish
drop table if exists shop_core.orders__batch;

-- undo
drop table if exists shop_core.orders__batch;
