-- Pages "CREATE TABLE", "CREATE TABLE … AS SELECT", "… LIKE", "… CLONE", "Data types", "UNDROP TABLE".

create table t1 (
    a int not null default 5 comment 'x',
    b varchar(10) default 'q',
    c timestamp_ntz default current_timestamp(),
    d number(10, 2) unique,
    e date primary key,
    f varchar(255) default null
);
insert into t1 (e) values ('2024-01-01');
select a, b, c is not null, d, e, f from t1;  --> [[5, "q", true, null, {"date": "2024-01-01"}, null]]
insert into t1 (a, e) values (null, '2024-01-01');  --! 100072
insert into t1 (e, d) values ('2024-01-01', 1), ('2024-01-01', 1);
insert into t1 (b) values ('x');  --! 100072
create table t1 (a int);  --! 2002
create table if not exists t1 (a int);
create or replace table if not exists t1 (a int);  --! incompatible
create table t2 (a int, a int);  --! 2025
create table t2 ();  --! 1003
create table t2;  --! 1003
create table t2 (a int not null default 'x' || nope);  --! 904
create table t2 (a int collate 'en-ci');  --~ COLLATE
create table t2 (a int, b int as (a + 1));  --~ AS
create table t2 (a int check (a > 1));  --~ CHECK
create table t2 (a vector(float, 3));  --~ VECTOR
create table t2 (a map(varchar, int));  --~ MAP
create table t2 (a array(int));  --~ ARRAY
create table t2 (a geography);  --~ GEOGRAPHY
create table t2 (a decfloat);  --~ DECFLOAT
create table t2 (a number(39, 0));  --! 2010
create table t2 using template (select 1);  --~ USING TEMPLATE
create iceberg table t2 (a int);  --~ ICEBERG
create table db1.nope.t2 (a int);  --! 2003
create table nope.sc.t2 (a int);  --! 2003
create table t2 (
    a binary(10), b varbinary, c float4, d double precision, e real, f tinyint, g byteint, h smallint,
    i bigint, j char, k character(3), l nchar(2), m text, n string(5), o datetime, p timestamp,
    q timestamp_tz, r timestamp_ltz(3), s time(0), t variant, u object, v array, w dec(5, 2),
    x numeric, y decimal(3)
);
desc table t2;
select listagg(data_type || coalesce('(' || numeric_precision || ',' || numeric_scale || ')', '(' || character_maximum_length || ')', ''), ' ')
within group (order by ordinal_position) from information_schema.columns where table_name = 'T2';  --> [["BINARY(10) BINARY(8388608) FLOAT FLOAT FLOAT NUMBER(38,0) NUMBER(38,0) NUMBER(38,0) NUMBER(38,0) TEXT(1) TEXT(3) TEXT(2) TEXT(16777216) TEXT(5) TIMESTAMP_NTZ TIMESTAMP_NTZ TIMESTAMP_TZ TIMESTAMP_LTZ TIME VARIANT OBJECT ARRAY NUMBER(5,2) NUMBER(38,0) NUMBER(3,0)"]]

create transient table t3 (a int) cluster by (a) data_retention_time_in_days = 1 comment = 'c' change_tracking = true;
create table t4 (a int) cluster by linear(a) with tag (cost = 'x') copy grants;
create table t5 (a int with masking policy m using (a) with tag (t = 'x'), b int masking policy m) with row access policy r on (a);
create table t6 (a int references t1 (e), foreign key (a) references t1 (e) match full on delete set null, unique (a) rely);
create table t7 (a int constraint pk primary key not enforced norely);
create table t8 (a int) enable_schema_evolution = true max_data_extension_time_in_days = 5;
create table t9 (a int) foo = 1;  --! 1420
create table t9 (a int) default_ddl_collation = 'de';  --~ DEFAULT_DDL_COLLATION
create table t9 (a int) engine = innodb;  --! 1003
create table t9 (a int) partition by (a);  --! 1003
create table "mixed Case" ("a b" int, "A b" int);  --~ case
create table "mixed Case" ("a b" int);
select "a b" from "mixed Case";  --> []
select a from mixed;  --! 2003

create table c1 as select 1 a, 'x' b, null c, 1.5 d, '2024-01-01'::date e, true f, 1::float g;
select column_name, data_type, numeric_precision, numeric_scale, character_maximum_length
from information_schema.columns where table_name = 'C1' order by ordinal_position;  --> [["A", "NUMBER", 1, 0, null], ["B", "TEXT", null, null, 1], ["C", "TEXT", null, null, 16777216], ["D", "NUMBER", 2, 1, null], ["E", "DATE", null, null, null], ["F", "BOOLEAN", null, null, null], ["G", "FLOAT", null, null, null]]
create table c2 (x, y) as select 1, 2;
select x, y from c2;  --> [[1, 2]]
create table c3 (x, y) as select 1;  --! 2026
create table c3 (a number(4, 1), b varchar) as select 1.25, 2;
select a, b from c3;  --> [[{"decimal": "1.3"}, "2"]]
create table c4 (a varchar(2)) as select 'abc';  --! 100078
create table c4 as select 1 a, 2 a;  --! 2025
create table c4 as select 1 + 1;  --! 2022
create table c4 as select count(*) from t1 union all select 2 as n;  --! 2022
create view c4 as select upper(b), c from t1;  --! 2022
create table c4 as select * from (select 1 + 1 as "1 + 1");
select "1 + 1" from c4;  --> [[2]]
create table c5 (a int not null) as select null;  --! 100072
create or replace table c2 as select x + 1 as x from c2;
select * from c2;  --> [[2]]

create table l1 like t1;
select count(*) from l1;  --> [[0]]
insert into l1 (e) values ('2024-02-01');
select a, b from l1;  --> [[5, "q"]]
create table l2 like nope;  --! 2003
create table k1 clone t1;
select count(*) from k1;  --> [[3]]
insert into k1 (e) values ('2025-01-01');
select count(*) from t1;  --> [[3]]
create or replace table k1 clone c2 copy grants;
select * from k1;  --> [[2]]
create table k2 clone t1 at (offset => -60);  --~ time travel
create table k2 clone t1 before (statement => 'x');  --~ time travel
select * from t1 at (offset => -60);  --~ time travel
create table k2 clone nope;  --! 2003

create temporary table c2 (y varchar);
select * from c2;  --> []
drop table c2;
select * from c2;  --> [[2]]
create local temporary table temp1 (a int);
create global temp table temp2 (a int);
create volatile table temp3 (a int);
create temp table temp1 (a int);  --! 2002
drop table t1;
drop table t1;  --! 2003
drop table if exists t1;
drop table c1 cascade;
undrop table t1;  --~ UNDROP
create view v as select 1 as a;
drop table v;  --! 2203
drop view c3;  --! 2203
create view c3 as select 1 as a;  --! 2002
create or replace table v (a int);  --! 2203
create temporary view tv as select 1 as a;  --~ CREATE TEMPORARY VIEW
create recursive view rv as select 1 as a;  --~ RECURSIVE
create table keyless (a int, primary key (nope));  --! 904 NOPE
create table keyless (a int, unique (a, nope));  --! 904 NOPE
create table keyless (a int primary key, b int, primary key (b));  --! 2260
create table named (a) as select 1 + 1;
insert into named select 1 + 1;
create table unnamed as select 1 + 1;  --! 2022
create or replace table named (a) as select 1 + 1;
create table unnamed as select 1 + 1;  --! 2022
