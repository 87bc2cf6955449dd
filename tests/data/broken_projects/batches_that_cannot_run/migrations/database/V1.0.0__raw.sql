create schema if not exists shop_raw;

create table if not exists shop_raw.orders (
    order_id number not null,
    customer_id number,
    total_amount number(12, 2),
    ordered_at timestamp_ntz
);
