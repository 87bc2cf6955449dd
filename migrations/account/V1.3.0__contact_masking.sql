-- E-mail addresses and phone numbers, shown in clear only to those who need them.
--
-- A masking policy lives in a schema. These live in a database of their own: one policy
-- for every environment, out of reach of whoever may replace a warehouse's schemas, and
-- untouched when an environment is cloned or dropped. The raw table names them in its
-- own definition, so there is no moment at which its columns exist without them; views
-- on it, the staging layer, are masked with it.

create database if not exists governance
comment = 'What protects the data of all environments';

create schema if not exists governance.policies
comment = 'Masking policies';

create masking policy if not exists governance.policies.email
as(email varchar) returns varchar ->
case
    when is_role_in_session('RETAIL_TRANSFORMER') then email
    when is_role_in_session('RETAIL_STEWARD') then email
    else regexp_replace(email, '^[^@]*', '*****')
end
comment = 'Leaves the domain of an address';

create masking policy if not exists governance.policies.phone_number
as(phone_number varchar) returns varchar ->
case
    when is_role_in_session('RETAIL_TRANSFORMER') then phone_number
    when is_role_in_session('RETAIL_STEWARD') then phone_number
    else regexp_replace(phone_number, '[0-9]', '*')
end
comment = 'Leaves the form of a number, none of its digits';

grant usage on database governance to role retail_loader;
grant usage on schema governance.policies to role retail_loader;
grant apply on masking policy governance.policies.email to role retail_loader;
grant apply on masking policy governance.policies.phone_number to role retail_loader;
