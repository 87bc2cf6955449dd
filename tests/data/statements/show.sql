-- Pages "SHOW TABLES", "SHOW COLUMNS", "SHOW PRIMARY KEYS", "SHOW IMPORTED KEYS", "SHOW EXPORTED KEYS",
-- "SHOW <objects>", "DESCRIBE TABLE", "COMMENT", "RESULT_SCAN", "UNDROP <object>".

create table t (a int primary key, b varchar(10) comment 'bb', constraint u unique (b));
create table t2 (a int references t (a)) cluster by (a) comment = 'zwei';
create view v (x comment 'cx') comment = 'vc' as select a from t;
create sequence s;
insert into t values (1, 'x');
show tables;
select "name", "kind", "comment", "cluster_by", "rows" from table(result_scan(last_query_id())) order by 1;  --> [["T", "TABLE", "", "", 1], ["T2", "TABLE", "zwei", "LINEAR(a)", 0]]
show terse tables like 't_' in schema sc;
select "name", "kind", "database_name", "schema_name" from table(result_scan(last_query_id()));  --> [["T2", "TABLE", "DB1", "SC"]]
show tables starts with 'T' limit 1;
select "name" from table(result_scan(last_query_id()));  --> [["T"]]
show tables limit 5 from 'T';
select "name" from table(result_scan(last_query_id()));  --> [["T2"]]
show tables in schema nope;  --! 2003
show tables in database nope;  --! 2003
show columns in table t;
select "table_name", "column_name", "null?", "kind", "comment" from table(result_scan(last_query_id()));  --> [["T", "A", "false", "COLUMN", ""], ["T", "B", "true", "COLUMN", "bb"]]
show columns in view v;
show columns in table nope;  --! 2003
show primary keys in table t;
select "table_name", "column_name", "key_sequence" from table(result_scan(last_query_id()));  --> [["T", "A", 1]]
show unique keys in table t;
select "column_name", "constraint_name" from table(result_scan(last_query_id()));  --> [["B", "U"]]
show imported keys in table t2;
select "pk_table_name", "pk_column_name", "fk_table_name", "fk_column_name" from table(result_scan(last_query_id()));  --> [["T", "A", "T2", "A"]]
show exported keys in table t;
select "pk_table_name", "pk_column_name", "fk_table_name", "fk_column_name" from table(result_scan(last_query_id()));  --> [["T", "A", "T2", "A"]]
show exported keys in table t2;
select count(*) from table(result_scan(last_query_id()));  --> [[0]]
show views;
select "name", "comment", "text", "is_secure", "is_materialized" from table(result_scan(last_query_id()));  --> [["V", "vc", "create view v (x comment 'cx') comment = 'vc' as select a from t", "false", "false"]]
show sequences;
select "name", "next_value", "interval" from table(result_scan(last_query_id()));  --> [["S", 1, 1]]
show schemas;
select "name", "is_current" from table(result_scan(last_query_id())) order by 1;  --> [["INFORMATION_SCHEMA", "N"], ["PUBLIC", "N"], ["SC", "Y"]]
show terse objects;
select "name", "kind" from table(result_scan(last_query_id())) order by 1;  --> [["T", "TABLE"], ["T2", "TABLE"], ["V", "VIEW"]]
describe table t;
select "name", "type", "null?", "primary key", "unique key", "comment" from table(result_scan(last_query_id()));  --> [["A", "NUMBER(38,0)", "N", "Y", "N", null], ["B", "VARCHAR(10)", "Y", "N", "Y", "bb"]]
desc view v;
select "name", "comment" from table(result_scan(last_query_id()));  --> [["X", "cx"]]
desc table nope;  --! Table 'DB1.SC.NOPE' does not exist
desc view nope;  --! View 'DB1.SC.NOPE' does not exist
desc nope;  --! 2003
desc table t type = stage;  --! 1003
desc sequence s;  --~ DESCRIBE SEQUENCE
desc function f(int);  --~ DESCRIBE FUNCTION
desc result last_query_id();  --~ DESCRIBE RESULT
comment on table t is 'hello';
comment on column sc.t.a is 'col';
comment on column t.nope is 'x';  --! 904
comment on view v is 'hello';
comment on schema sc is 'hello';
comment on database db1 is 'hello';
comment on sequence s is 'x';
comment on table nope is 'x';  --! 2003
comment if exists on table nope is 'x';
comment on table t 'x';  --! 1003
select comment from information_schema.tables where table_name = 'T';  --> [["hello"]]
select column_name, comment from information_schema.columns where table_name = 'T' order by 1;  --> [["A", "col"], ["B", "bb"]]
show functions;  --~ SHOW FUNCTIONS
show user functions;
show locks;  --~ SHOW LOCKS
show iceberg tables;  --~ SHOW ICEBERG TABLES
show services;  --~ SHOW SERVICES
show warehouses;
show roles like 'nope';
show grants on table t;
show parameters like 'TIMEZONE';
select "key", "value" from table(result_scan(last_query_id()));  --> [["TIMEZONE", "UTC"]]
show streams;
show tasks;
show pipes;
show stages;
show transactions;
create stream st on table t;  --~ STREAM
create task tk warehouse = w schedule = '5 minute' as insert into t values (1, 'x');
alter task tk resume;
execute task tk;  --~ EXECUTE TASK
create task tk2 after tk, public.other when 1 = 1 as select case when 1 = 1 then 2 end as c;
show tasks;
select "name", "state", "predecessors", "condition", "definition" from table(result_scan(last_query_id())) order by 1;  --> [["TK", "started", "[]", null, "insert into t values (1, 'x')"], ["TK2", "suspended", "[\"DB1.SC.TK\", \"DB1.PUBLIC.OTHER\"]", "1 = 1", "select case when 1 = 1 then 2 end as c"]]
alter task tk suspend;
desc task tk;
select "schedule", "state" from table(result_scan(last_query_id()));  --> [["5 minute", "suspended"]]
alter task tk modify as select 2;  --~ ALTER TASK … MODIFY
show terse tasks;  --~ SHOW TERSE TASKS
drop task tk;
create alert al warehouse = w schedule = '1 minute' if (exists (select 1 where 1 in (1))) then select 2;
show alerts;
select "state", "condition", "action" from table(result_scan(last_query_id()));  --> [["suspended", "select 1 where 1 in (1)", "select 2"]]
create warehouse wh warehouse_size = xxlarge;
show warehouses;
select "size", "resumed_on" from table(result_scan(last_query_id()));  --> [["2X-Large", null]]
desc warehouse wh;
select "name", "kind" from table(result_scan(last_query_id()));  --> [["WH", "WAREHOUSE"]]
create user u1;
desc user u1;  --~ DESCRIBE USER
create external table et (a int as (value:c1::int)) with location = @s;  --~ EXTERNAL TABLE
undrop table t;  --~ UNDROP
undrop schema sc;  --~ UNDROP
undrop database db1;  --~ UNDROP
drop stream nope;  --! 2003
