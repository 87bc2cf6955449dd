-- What each role may do in this database; deployed again whenever this file changes.
-- Whoever deploys owns the objects: a role above these, as sysadmin is.
-- Future grants cover what later scripts, models and snapshots create.

grant usage on database {{ database }} to role retail_loader;
grant usage on database {{ database }} to role retail_transformer;
grant usage on database {{ database }} to role retail_steward;
grant usage on database {{ database }} to role retail_analyst;

-- loading: the stage in, the raw tables out
grant usage on schema retail_raw to role retail_loader;
grant usage on stage retail_raw.landing to role retail_loader;
grant usage on file format retail_raw.csv_with_header to role retail_loader;
grant select, insert on all tables in schema retail_raw to role retail_loader;
grant select, insert on future tables in schema retail_raw to role retail_loader;
grant monitor, operate on all pipes in schema retail_raw to role retail_loader;
grant monitor, operate on future pipes in schema retail_raw to role retail_loader;

-- building: reads raw, owns what it creates in the layers above
grant usage on schema retail_raw to role retail_transformer;
grant select on all tables in schema retail_raw to role retail_transformer;
grant select on future tables in schema retail_raw to role retail_transformer;
grant usage, create table, create view
on schema retail_staging to role retail_transformer;
grant usage, create table, create view
on schema retail_core to role retail_transformer;
grant usage, create table, create view
on schema retail_marts to role retail_transformer;

-- what the runner notes about each run
create schema if not exists runner;
grant usage, create table on schema runner to role retail_transformer;

-- answering for the data: reads every layer
grant usage on schema retail_raw to role retail_steward;
grant usage on schema retail_staging to role retail_steward;
grant usage on schema retail_core to role retail_steward;
grant usage on schema retail_marts to role retail_steward;
grant select on all tables in schema retail_raw to role retail_steward;
grant select on future tables in schema retail_raw to role retail_steward;
grant select on all views in schema retail_staging to role retail_steward;
grant select on future views in schema retail_staging to role retail_steward;
grant select on all tables in schema retail_core to role retail_steward;
grant select on future tables in schema retail_core to role retail_steward;
grant select on all tables in schema retail_marts to role retail_steward;
grant select on future tables in schema retail_marts to role retail_steward;

-- asking: the marts alone. dim_customer and its history, in core, hold contact data in
-- clear, since the role that builds them sees it so; no analyst reads that schema.
grant usage on schema retail_marts to role retail_analyst;
grant select on all tables in schema retail_marts to role retail_analyst;
grant select on future tables in schema retail_marts to role retail_analyst;
