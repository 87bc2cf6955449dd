-- The layers of Willow's Spoon.

create schema if not exists shopify_raw
comment = 'What the sync tool landed, as it came: text, variants, file and row number';

create schema if not exists shopify_staging
comment = 'Orders and customers with types, the newest version of each; places and days';

create schema if not exists shopify_serving
comment = 'Customers, days and places; the sales, one row per transaction';

create schema if not exists shopify_reporting
comment = 'Returning users, growth, sales by place, the best customers';
