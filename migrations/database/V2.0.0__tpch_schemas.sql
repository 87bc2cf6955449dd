-- The layers of the wholesale of parts (TPC-H).

create schema if not exists tpch_raw
comment = 'The eight tables as they landed, every delivery of a row: with file and row number';

create schema if not exists tpch_staging
comment = 'The newest delivery of each row, under readable names';

create schema if not exists tpch_intermediate
comment = 'What several questions need: orders by customer, priced lines, offers by supplier';

create schema if not exists tpch_marts
comment = 'Answers: orders, customers, products, seasons, discounts, suppliers';
