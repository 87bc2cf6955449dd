-- Who may do what, one role per task; each holds what its task needs and no more.
-- What they may do within a database is granted by that database's own scripts.

create role if not exists retail_loader
comment = 'Owns loading: reads the landing stage, writes the raw tables';

create role if not exists retail_transformer
comment = 'Builds: reads the raw tables, owns what models and snapshots fill';

create role if not exists retail_steward
comment = 'Answers for the data: sees every layer, e-mail and phone in clear';

create role if not exists retail_analyst
comment = 'Asks: reads the marts, which hold no contact data';

-- sysadmin stands above all roles, so that no object is out of an administrator's reach
grant role retail_loader to role sysadmin;
grant role retail_transformer to role sysadmin;
grant role retail_steward to role sysadmin;
grant role retail_analyst to role sysadmin;

grant usage on warehouse {{ warehouse }} to role retail_loader;
grant usage on warehouse {{ warehouse }} to role retail_transformer;
grant usage on warehouse {{ warehouse }} to role retail_steward;
grant usage on warehouse {{ warehouse }} to role retail_analyst;
