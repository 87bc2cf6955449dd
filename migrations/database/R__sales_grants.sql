-- What each role may do in this database; deployed again whenever this file changes.
-- Whoever deploys owns the objects: a role above these, as sysadmin is.
-- Future grants cover what later scripts and models create.

grant usage on database {{ database }} to role retail_loader;
grant usage on database {{ database }} to role retail_transformer;
grant usage on database {{ database }} to role retail_steward;
grant usage on database {{ database }} to role retail_analyst;

-- loading: the stage in, the raw tables out
grant usage on schema sales_raw to role retail_loader;
grant usage on stage sales_raw.landing to role retail_loader;
grant usage on file format sales_raw.csv_with_header to role retail_loader;
grant usage on file format sales_raw.json_lines to role retail_loader;
grant select, insert on all tables in schema sales_raw to role retail_loader;
grant select, insert on future tables in schema sales_raw to role retail_loader;
grant monitor, operate on all pipes in schema sales_raw to role retail_loader;
grant monitor, operate on future pipes in schema sales_raw to role retail_loader;

-- building: reads raw, takes out of it what retention moves to the archive, owns what it
-- creates in the layers above
grant usage on schema sales_raw to role retail_transformer;
grant select, delete on all tables in schema sales_raw to role retail_transformer;
grant select, delete on future tables in schema sales_raw to role retail_transformer;
grant monitor on all pipes in schema sales_raw to role retail_transformer;
grant monitor on future pipes in schema sales_raw to role retail_transformer;
grant usage, create table, create view
on schema sales_staging to role retail_transformer;
grant usage, create table, create view
on schema sales_intermediate to role retail_transformer;
grant usage, create table, create view
on schema sales_marts to role retail_transformer;
grant usage, create table, create view
on schema sales_monitoring to role retail_transformer;
grant usage, create table, create view
on schema sales_archive to role retail_transformer;

-- what the runner notes about each run
create schema if not exists runner;
grant usage, create table on schema runner to role retail_transformer;

-- answering for the data: reads every layer
grant usage on schema sales_raw to role retail_steward;
grant select on all tables in schema sales_raw to role retail_steward;
grant select on future tables in schema sales_raw to role retail_steward;
grant usage on schema sales_staging to role retail_steward;
grant select on all tables in schema sales_staging to role retail_steward;
grant select on future tables in schema sales_staging to role retail_steward;
grant select on all views in schema sales_staging to role retail_steward;
grant select on future views in schema sales_staging to role retail_steward;
grant usage on schema sales_intermediate to role retail_steward;
grant select on all tables in schema sales_intermediate to role retail_steward;
grant select on future tables in schema sales_intermediate to role retail_steward;
grant usage on schema sales_marts to role retail_steward;
grant select on all tables in schema sales_marts to role retail_steward;
grant select on future tables in schema sales_marts to role retail_steward;
grant usage on schema sales_monitoring to role retail_steward;
grant select on all tables in schema sales_monitoring to role retail_steward;
grant select on future tables in schema sales_monitoring to role retail_steward;
grant select on all views in schema sales_monitoring to role retail_steward;
grant select on future views in schema sales_monitoring to role retail_steward;
grant usage on schema sales_archive to role retail_steward;
grant select on all tables in schema sales_archive to role retail_steward;
grant select on future tables in schema sales_archive to role retail_steward;

-- asking: the marts alone
grant usage on schema sales_marts to role retail_analyst;
grant select on all tables in schema sales_marts to role retail_analyst;
grant select on future tables in schema sales_marts to role retail_analyst;
