-- The layers of the warehouse.

create schema if not exists retail_raw
comment = 'What the shops landed, as it came: text, file and row number';

create schema if not exists retail_staging
comment = 'What landed, with types; rows that do not fit stand apart with their reason';

create schema if not exists retail_core
comment = 'Customers, products, stores and their history; orders and their lines';

create schema if not exists retail_marts
comment = 'Answers: sales by day, product and store, what each customer bought';
