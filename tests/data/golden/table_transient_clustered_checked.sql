-- write
create or replace transient table shop_core.orders__next
    cluster by (amount, to_date(changed_at))
    comment = 'Every order once.'
as
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders;

-- write
alter table shop_core.orders__next alter
    column order_id comment 'The order; it''s unique',
    column amount comment 'US dollars';

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
        iff(not (count(*) >= 100), 1, 0) as check_7,
        iff(not (count(*) > 0), 1, 0) as check_8
    from shop_core.orders__next as orders
) as scan_1
cross join (
    select
        count(*) as check_2
    from (
        select 1 as violation
        from shop_core.orders__next as orders
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
        from shop_core.orders__next as orders
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
        from shop_core.orders__next as orders
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
from shop_core.orders__next as orders
where orders.customer_id is null
    ) as found
) as file_9
cross join (
    select
        max(loaded_at) as check_10
    from (
select max(ingestion_ts) as loaded_at
from shop_core.orders__next as all_orders
    ) as found
) as file_10;

-- sample of not_null_order_id
select order_id
from shop_core.orders__next as orders
where order_id is null
limit 5;

-- all of not_null_order_id
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where order_id is null;

-- sample of unique_order_id
select order_id, count(*) as occurrences
from shop_core.orders__next as orders
where order_id is not null
group by order_id
having count(*) > 1
limit 5;

-- all of unique_order_id
select order_id, count(*) as occurrences
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where order_id is not null
group by order_id
having count(*) > 1;

-- sample of unique_pair
select order_id, customer_id, count(*) as occurrences
from shop_core.orders__next as orders
where order_id is not null and customer_id is not null
group by order_id, customer_id
having count(*) > 1
limit 5;

-- all of unique_pair
select order_id, customer_id, count(*) as occurrences
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where order_id is not null and customer_id is not null
group by order_id, customer_id
having count(*) > 1;

-- sample of references_customer_id
select order_id, customer_id
from shop_core.orders__next as orders
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
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where
    orders.customer_id is not null
    and not exists (
        select 1 from shop_core.customers as referenced__
        where referenced__.customer_id = orders.customer_id
    );

-- sample of accepted_values_amount
select order_id, amount
from shop_core.orders__next as orders
where amount not in (1, 2, 3)
limit 5;

-- all of accepted_values_amount
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where amount not in (1, 2, 3);

-- sample of check_amount
select order_id, amount
from shop_core.orders__next as orders
where not (amount >= 0)
limit 5;

-- all of check_amount
select *
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where not (amount >= 0);

-- sample of check_count
select COUNT(*) as found
from shop_core.orders__next as orders
limit 5;

-- all of check_count
select COUNT(*) as found
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders;

-- sample of check_new
select COUNT(*) as found
from shop_core.orders__next as orders
limit 5;

-- all of check_new
select COUNT(*) as found
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders;

-- sample of shop/no_order_is_from_nowhere
select *
from (
-- Orders have a customer.
select orders.order_id
from shop_core.orders__next as orders
where orders.customer_id is null
) as violations
limit 5;

-- all of shop/no_order_is_from_nowhere
-- Orders have a customer.
select orders.order_id
from (
-- Every order once.
select
    order_id,  -- The order.
    customer_id,
    amount,
    changed_at
from shop_staging.stg_orders
) as orders
where orders.customer_id is null;

-- publish shop_core.orders__next as shop_core.orders (by the session)

-- finish
alter table shop_core.orders resume recluster;

-- undo
drop table if exists shop_core.orders__next;
