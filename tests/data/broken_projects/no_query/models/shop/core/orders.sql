-- Not a query.
create table shop_core.orders as select 1 as a
