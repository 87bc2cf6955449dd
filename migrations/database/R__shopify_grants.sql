-- What each role may do with Willow's Spoon; deployed again whenever this file changes.

-- loading: the stage in, the raw tables out
grant usage on schema shopify_raw to role retail_loader;
grant usage on stage shopify_raw.landing to role retail_loader;
grant usage on file format shopify_raw.parquet_files to role retail_loader;
grant select, insert on all tables in schema shopify_raw to role retail_loader;
grant select, insert on future tables in schema shopify_raw to role retail_loader;
grant monitor, operate on all pipes in schema shopify_raw to role retail_loader;
grant monitor, operate on future pipes in schema shopify_raw to role retail_loader;

-- building: reads raw, owns what it creates in the layers above
grant usage on schema shopify_raw to role retail_transformer;
grant select on all tables in schema shopify_raw to role retail_transformer;
grant select on future tables in schema shopify_raw to role retail_transformer;
grant usage, create table, create view
on schema shopify_staging to role retail_transformer;
grant usage, create table, create view
on schema shopify_serving to role retail_transformer;
grant usage on all functions in schema shopify_serving to role retail_transformer;
grant usage on future functions in schema shopify_serving to role retail_transformer;
grant usage, create table, create view
on schema shopify_reporting to role retail_transformer;

-- answering for the data: reads every layer
grant usage on schema shopify_raw to role retail_steward;
grant usage on schema shopify_staging to role retail_steward;
grant usage on schema shopify_serving to role retail_steward;
grant usage on schema shopify_reporting to role retail_steward;
grant select on all tables in schema shopify_raw to role retail_steward;
grant select on future tables in schema shopify_raw to role retail_steward;
grant select on all tables in schema shopify_staging to role retail_steward;
grant select on future tables in schema shopify_staging to role retail_steward;
grant select on all views in schema shopify_staging to role retail_steward;
grant select on future views in schema shopify_staging to role retail_steward;
grant select on all tables in schema shopify_serving to role retail_steward;
grant select on future tables in schema shopify_serving to role retail_steward;
grant select on all tables in schema shopify_reporting to role retail_steward;
grant select on future tables in schema shopify_reporting to role retail_steward;

-- asking: the reports alone; serving holds contact data in clear
grant usage on schema shopify_reporting to role retail_analyst;
grant select on all tables in schema shopify_reporting to role retail_analyst;
grant select on future tables in schema shopify_reporting to role retail_analyst;
