create table shop_raw.orders (order_id number);

create table shop_raw.sizes as
select 1 as size form x y;
