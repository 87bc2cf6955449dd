-- What each role may do with what stands above all domains; deployed again whenever this
-- file changes.

-- building: owns what it creates
grant usage, create table, create view
on schema enterprise_marts to role retail_transformer;
grant usage, create table, create view
on schema enterprise_monitoring to role retail_transformer;

-- answering for the data
grant usage on schema enterprise_marts to role retail_steward;
grant usage on schema enterprise_monitoring to role retail_steward;
grant select on all tables in schema enterprise_marts to role retail_steward;
grant select on future tables in schema enterprise_marts to role retail_steward;
grant select on all views in schema enterprise_monitoring to role retail_steward;
grant select on future views in schema enterprise_monitoring to role retail_steward;

-- asking
grant usage on schema enterprise_marts to role retail_analyst;
grant select on all tables in schema enterprise_marts to role retail_analyst;
grant select on future tables in schema enterprise_marts to role retail_analyst;
