-- The layers of the sales that are streamed and that come in batches.

create schema if not exists sales_raw
comment = 'What the tills streamed and the batches brought, as it came';

create schema if not exists sales_archive
comment = 'Rows of sales_raw that are older than 90 days, moved here by retention';

create schema if not exists sales_staging
comment = 'What landed, with types, amounts and a quality score; the rest in quarantine';

create schema if not exists sales_intermediate
comment = 'Every order once; versions of products and stores; the days';

create schema if not exists sales_marts
comment = 'Dimensions, sales at the prices and places of their time, sales by day';

create schema if not exists sales_monitoring
comment = 'How the data and the runs are doing, day by day';
