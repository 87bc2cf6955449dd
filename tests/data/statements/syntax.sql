-- Pages "CREATE TABLE", "LIMIT / FETCH", "SELECT": what none of their grammars has is error 001003,
-- with the line and the position of the first word too many.

create table x (a int,, b int);  --! 1003 line 1 at position 22 unexpected ','
create table x (, a int);  --! 1003 position 16 unexpected ','
create table x (a int,);  --! 1003 position 22 unexpected ')'
create table x (a int;  --! 1003 position 21 unexpected '<EOF>'
create table x a int);  --! 1003 position 15 unexpected 'a'
create table x (a);  --! 1003
create table x (a foo);  --! 1003 unexpected 'foo'
create table x (a int b int);  --! 1003 position 22 unexpected 'b'
create table t (a int) engine = innodb;  --! 1003
create tabel x (a int);  --! 1003 unexpected 'tabel'
selct 1;  --! 1003 position 0 unexpected 'selct'
hello world;  --! 1003 position 0 unexpected 'hello'
select from;  --! 1003 unexpected 'from'
select 1
  frm t x;  --! 1003 line 2 at position 6 unexpected 't'
select (1;  --! 1003 position 9 unexpected '<EOF>'
select 1);  --! 1003 position 8 unexpected ')'
select 1 +;  --! 1003 position 10 unexpected '<EOF>'
select 1 from t where;  --! 1003 unexpected '<EOF>'
select 1 in (1,);  --! 1003 unexpected ')'
select abs(1,);  --! 1003 unexpected ')'
select 'abc;  --! 1003 line 1 at position 7
with a as select 1;  --! 1003 unexpected 'select'
create table t (a int, b varchar);
select * from t limit 1, 2;  --! 1003 unexpected ','
insert into t valeus (1);  --! 1003 unexpected 'valeus'
insert into t values (1,, 2);  --! 1003 unexpected ','
insert t values (1, 'x');  --! 1003
insert overwrite t values (1, 'x');  --! 1003
update t st a = 1;  --! 1003
update t set (a, b) = (1, 'x');  --! 1003
update t set a = 1 where;  --! 1003
update t set a = 1 limit 1;  --! 1003 unexpected 'limit'
delete t where a = 1;  --! 1003
delete from t returning *;  --! 1003 unexpected 'returning'
merge t using t s on t.a = s.a when matched then delete;  --! 1003 unexpected 't'
merge into t using t s on t.a = s.a when matched then do nothing;  --! 1003
alter tabel t add column a int;  --! 1003 unexpected 'tabel'
alter table t;  --! 1003 unexpected '<EOF>'
alter table t add;  --! 1003 unexpected '<EOF>'
alter table t add column c;  --! 1003
alter table t add column c int d;  --! 1003 position 31 unexpected 'd'
alter table t foo;  --! 1003 unexpected 'foo'
alter table t alter column a foo;  --! 1003 unexpected 'foo'
alter table t set;  --! 1003 unexpected '<EOF>'
drop;  --! 1003 unexpected '<EOF>'
drop tble t;  --! 1003 unexpected 'tble'
show;  --! 1003 unexpected '<EOF>'
show tebles;  --! 1003 unexpected 'tebles'
show tables foo;  --! 1003 unexpected 'foo'
describe;  --! 1003 unexpected '<EOF>'
create view v;  --! 1003 unexpected '<EOF>'
create view v as;  --! 1003 unexpected '<EOF>'
create view v as foo;  --! 1003 unexpected 'foo'
create function f(a int,, b int) returns int as 'a';  --! 1003 unexpected ','
grant select on t;  --! 1003 unexpected 't'
set a;  --! 1003
unset;  --! 1003 unexpected '<EOF>'
call;  --! 1003 unexpected '<EOF>'
execute immediate;  --! 1003 unexpected '<EOF>'
begin foo;  --! 1003 unexpected 'foo'
commit now;  --! 1003 unexpected 'now'
rollback foo;  --! 1003 unexpected 'foo'
select frobnicate(1);  --! 2140 Unknown function FROBNICATE
select db1.sc.frobnicate(1);  --! 2141 Unknown user-defined function DB1.SC.FROBNICATE
select * from table(frobnicate(1));  --! 2140 Unknown table function FROBNICATE
select xmlget(1, 'a');  --~ function XMLGET
select st_area(1);  --~ function ST_AREA
select ai_complete('m', 'p');  --~ function AI_COMPLETE
select snowflake.cortex.complete('m', 'p');  --~ function SNOWFLAKE.CORTEX.COMPLETE
select * from table(infer_schema(location => '@s', file_format => 'f'));  --~ INFER_SCHEMA

-- page "Reserved & limited keywords"
select 1 as table;  --! 1003 unexpected 'table'
select 1 order, 2;  --! 1003 unexpected 'order'
select 1 as start;  --! 1003 unexpected 'start'
create table reserved (a int, set int);  --! 1003 unexpected 'set'
select grant.a from (select 1 as a) as grant;  --! 1003 unexpected 'grant'
select 1 as "table", 2 as left, 3 as true, 4 as date;  --> [[1, 2, 3, 4]]
select parse_json('{"order": {"table": 1}}'):order.table;  --> [["1"]]
select a from (select 1 as a) group by all order by all;  --> [[1]]
