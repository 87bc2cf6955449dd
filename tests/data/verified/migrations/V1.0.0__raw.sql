-- Lines of orders, and what customers are called.

create schema if not exists shop_raw;

create table if not exists shop_raw.lines (
    order_id varchar,
    product_id varchar,
    customer_id varchar,
    amount varchar,
    status varchar,
    ordered_at varchar,
    loaded_at timestamp_ntz,
    file_name varchar
);

create table if not exists shop_raw.customers (
    customer_id varchar,
    customer_name varchar,
    loaded_at timestamp_ntz,
    file_name varchar
);

create table if not exists shop_raw.rates (
    currency varchar,
    rate number(12, 4),
    valid_on date
);

insert into shop_raw.rates
select
    column1,
    column2,
    column3
from
    values
    ('EUR', 1.1, '2024-01-01'),
    ('EUR', 1.2, '2024-02-01'),
    ('GBP', 1.3, '2024-01-01');

create stage if not exists shop_raw.landing
    url = 's3://shop/'
    file_format = (type = csv skip_header = 1);

create pipe if not exists shop_raw.load_lines
as
copy into shop_raw.lines
from (
    select
        $1,
        $2,
        $3,
        $4,
        $5,
        $6,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz,
        metadata$filename
    from @shop_raw.landing/lines/
);

create pipe if not exists shop_raw.load_customers
as
copy into shop_raw.customers
from (
    select
        $1,
        $2,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz,
        metadata$filename
    from @shop_raw.landing/customers/
);
