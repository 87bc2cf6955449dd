-- Pages "CREATE SEQUENCE", "ALTER SEQUENCE", "Using Sequences", "ALTER TABLE … ALTER COLUMN",
-- "CREATE <object> … CLONE" (object references in cloned objects).

create sequence seq1;
select seq1.nextval a, seq1.nextval b from dual;  --> [[1, 2]]
select seqref.a a, seqref.a b from (select seq1.nextval a from dual) seqref;  --> [[3, 3]]
create or replace sequence s start with 10 increment by 5 order comment = 'c';
select s.nextval, s.nextval;  --> [[10, 15]]
select db1.sc.s.nextval, sc.s.nextval;  --> [[20, 25]]
alter sequence s set increment = 10;
select s.nextval, s.nextval;  --> [[30, 40]]
alter sequence s rename to s2;
select s.nextval;  --! 904
select s2.nextval;  --> [[50]]
alter sequence s2 increment by -1;
select s2.nextval, s2.nextval;  --> [[60, 59]]
alter sequence s2 set comment = 'x';
alter sequence s2 unset comment;
alter sequence s2 set start = 1;  --! 1420
alter sequence s2 noorder;  --! 1003
alter sequence if exists nope set comment = 'x';
alter sequence nope set comment = 'x';  --! 2003
create sequence unordered noorder;
alter sequence unordered set order;  --! ORDER
create sequence s3 start = 3 increment = -2;
select s3.nextval, s3.nextval;  --> [[3, 1]]
create sequence s4 increment = 0;  --! 1008
create sequence seq1;  --! 2002
create sequence if not exists seq1 start = 100;
select seq1.nextval;  --> [[4]]
select seq1.currval;  --! 904
select * from table(getnextval(seq1));  --~ GETNEXTVAL
drop sequence nope;  --! 2003
drop sequence if exists nope;
create or replace sequence seq2;
create or replace table foo (k number default seq2.nextval, v number);
insert into foo (v) values (100);
insert into foo values (default, 101);
insert into foo (v) select v from foo;
insert into foo values (1000, 1001);
select k from foo order by k;  --> [[1], [2], [3], [4], [1000]]
drop sequence seq2;  --~ sequence
create sequence seq5 start = 50;
create table t1 (
    c1 number not null,
    c2 number default 3,
    c3 number default seq2.nextval,
    c4 varchar(20) default 'abcde',
    c5 string
);
alter table t1 alter column c1 drop not null;
alter table t1 modify c2 drop default, c3 set default seq5.nextval;
alter table t1 alter c4 set data type varchar(50), column c4 drop default;
alter table t1 alter c5 comment '50 character column';
select column_name, data_type, is_nullable, column_default, comment
from information_schema.columns where table_name = 'T1' order by ordinal_position;  --> [["C1", "NUMBER", "YES", null, null], ["C2", "NUMBER", "YES", null, null], ["C3", "NUMBER", "YES", "DB1.SC.SEQ5.NEXTVAL", null], ["C4", "TEXT", "YES", null, null], ["C5", "TEXT", "YES", null, "50 character column"]]
insert into t1 (c1) values (1);
select c2, c3, c4 from t1;  --> [[null, 50, null]]
alter table t1 modify c2 set default seq5.nextval;  --! 2
alter table t1 modify c3 set default 5;  --! 2
create table ids (id int identity(100, 10), v int);
insert into ids (v) values (1), (2);
insert into ids values (5, 3);
create table ids2 clone ids;
create table ids3 clone ids2;
insert into ids3 (v) values (4);
select id from ids3 order by v;  --> [[100], [110], [5], [120]]
create table ids4 like ids;
insert into ids4 (v) values (1);
select * from ids4;  --> [[100, 1]]
create table counted (id int autoincrement start 7 increment -1 noorder, v int);
insert into counted (v) values (1), (2);
select id from counted order by v;  --> [[7], [6]]
create schema outside;
create sequence far start = 500;
use schema sc;
create table near (a int default seq5.nextval, b int default outside.far.nextval, c int);
create schema copied clone sc;
insert into copied.near (c) values (1);
insert into sc.near (c) values (1);
select a, b from copied.near;  --> [[51, 500]]
select a, b from sc.near;  --> [[51, 501]]
create database db2 clone db1;
insert into db2.sc.near (c) values (2);
insert into db1.sc.near (c) values (2);
select a, b from db2.sc.near order by c;  --> [[51, 501], [52, 502]]
select a, b from db1.sc.near order by c;  --> [[51, 501], [52, 502]]
use schema db1.sc;
create table alone clone near;
insert into alone (c) values (3);
select a, b from alone order by c;  --> [[51, 501], [52, 502], [53, 503]]
