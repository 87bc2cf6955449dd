with a as (select 1 as b) delete from shop_core.orders
