-- Orders as they come from the shops, all text.

create schema if not exists shop_raw;

create table if not exists shop_raw.orders (
    order_id varchar,
    customer varchar,
    amount varchar,
    ordered_at varchar
);

insert into shop_raw.orders
select
    column1,
    column2,
    column3,
    column4
from
    values
    ('1', 'Ada', '12.50', '2026-01-02 10:00:00'),
    ('2', 'Ada', '7.25', '2026-01-03 11:00:00'),
    ('3', 'Grace', '100', '2026-01-03 12:00:00');
