use database RETAIL_PR_1;

select 1 from runner.clone_baseline limit 0;

use database RETAIL_PROD;

select schema_name
from information_schema.schemata;

select
    table_schema,
    table_name,
    column_name,
    data_type,
    character_maximum_length,
    numeric_precision,
    numeric_scale
from information_schema.columns
where table_schema in ('RAW')
order by
    table_schema,
    table_name,
    ordinal_position;

select
    table_schema,
    table_name,
    table_type,
    is_dynamic
from information_schema.tables
where table_schema in ('RAW');

select
    system$last_change_commit_time('raw.sales');

create or replace database RETAIL_PR_1 clone RETAIL_PROD;

use database RETAIL_PROD;

select
    system$last_change_commit_time('raw.sales');

use database RETAIL_PR_1;

select
    system$last_change_commit_time('raw.sales');

create schema if not exists runner;

create or replace table runner.clone_baseline (
    relation varchar not null comment 'A table or view, as schema.name',
    token varchar not null comment 'Its change token in this database when it was made',
    version varchar not null comment 'What stood for the same content in the database that was cloned'
)
comment = 'This database is a clone, in which nothing is loaded; what has its token still is what it was in the origin';

-- Rows come as one text: a line for each (`\x1e`), its fields in the order of the columns (`\x1f`).
insert into runner.clone_baseline (relation, token, version)
select
    split_part(line, '\x1f', 1),
    split_part(line, '\x1f', 2),
    split_part(line, '\x1f', 3)
from (
    select flattened.value::varchar as line
    from table(flatten(input => split('raw.sales<chr 31><token><chr 31><token>', '\x1e'))) as flattened
) as lines;
