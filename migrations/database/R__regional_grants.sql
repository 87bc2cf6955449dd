-- What each role may do with the regional sales; deployed again whenever this file changes.
-- Whoever deploys owns the objects: a role above these, as sysadmin is.
-- Future grants cover what later scripts and models create.

grant usage on database {{ database }} to role retail_loader;
grant usage on database {{ database }} to role retail_transformer;
grant usage on database {{ database }} to role retail_steward;
grant usage on database {{ database }} to role retail_analyst;

-- loading: the stage in, the raw table out
grant usage on schema regional_raw to role retail_loader;
grant usage on stage regional_raw.landing to role retail_loader;
grant usage on file format regional_raw.parquet to role retail_loader;
grant select, insert on all tables in schema regional_raw to role retail_loader;
grant select, insert on future tables in schema regional_raw to role retail_loader;
grant monitor, operate on all pipes in schema regional_raw to role retail_loader;
grant monitor, operate on future pipes in schema regional_raw to role retail_loader;

-- building: reads raw, owns what it creates in the layers above
grant usage on schema regional_raw to role retail_transformer;
grant select on all tables in schema regional_raw to role retail_transformer;
grant select on future tables in schema regional_raw to role retail_transformer;
grant usage, create table, create view
on schema regional_staging to role retail_transformer;
grant usage, create table, create view
on schema regional_marts to role retail_transformer;

-- what the runner notes about each run
create schema if not exists runner;
grant usage, create table on schema runner to role retail_transformer;

-- answering for the data: reads every layer
grant usage on schema regional_raw to role retail_steward;
grant usage on schema regional_staging to role retail_steward;
grant usage on schema regional_marts to role retail_steward;
grant select on all tables in schema regional_raw to role retail_steward;
grant select on future tables in schema regional_raw to role retail_steward;
grant select on all tables in schema regional_staging to role retail_steward;
grant select on future tables in schema regional_staging to role retail_steward;
grant select on all views in schema regional_staging to role retail_steward;
grant select on future views in schema regional_staging to role retail_steward;
grant select on all tables in schema regional_marts to role retail_steward;
grant select on future tables in schema regional_marts to role retail_steward;
grant select on all views in schema regional_marts to role retail_steward;
grant select on future views in schema regional_marts to role retail_steward;

-- asking: the marts alone
grant usage on schema regional_marts to role retail_analyst;
grant select on all tables in schema regional_marts to role retail_analyst;
grant select on future tables in schema regional_marts to role retail_analyst;
grant select on all views in schema regional_marts to role retail_analyst;
grant select on future views in schema regional_marts to role retail_analyst;
