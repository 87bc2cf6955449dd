-- What lands: a file of orders and a full extract of the customers in each round.

create schema if not exists shop_raw;

create table if not exists shop_raw.orders (
    order_id varchar,
    customer_id varchar,
    amount varchar,
    ordered_on varchar,
    delivery number(38, 0)
);

create table if not exists shop_raw.customers (
    customer_id varchar,
    customer_name varchar,
    changed_at varchar,
    delivery number(38, 0)
);

create file format if not exists shop_raw.csv_with_header
    type = csv
    skip_header = 1
    empty_field_as_null = true;

create stage if not exists shop_raw.landing
    url = 's3://shop/'
    file_format = (format_name = 'shop_raw.csv_with_header');

create pipe if not exists shop_raw.load_orders
as
copy into shop_raw.orders
from (
    select
        $1,
        $2,
        $3,
        $4,
        regexp_substr(metadata$filename, '[0-9]+')::number(38, 0) as delivery
    from @shop_raw.landing/orders/
);

create pipe if not exists shop_raw.load_customers
as
copy into shop_raw.customers
from (
    select
        $1,
        $2,
        $3,
        regexp_substr(metadata$filename, '[0-9]+')::number(38, 0) as delivery
    from @shop_raw.landing/customers/
);
