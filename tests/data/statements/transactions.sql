-- Pages "Transactions", "BEGIN", "COMMIT", "ROLLBACK", "AUTOCOMMIT".

create table table1 (i int);
begin transaction;
insert into table1 (i) values (1);
insert into table1 (i) values ('This is not a valid integer.');  --! 100038
insert into table1 (i) values (2);
commit;
select i from table1 order by i;  --> [[1], [2]]
begin;
begin transaction;
delete from table1;
rollback;
select count(*) from table1;  --> [[2]]
begin work;
begin name t1;
begin transaction name t2;
start transaction;
start transaction name t3;
insert into table1 values (3);
commit work;
rollback work;
rollback;
commit;
select count(*) from table1;  --> [[3]]
begin;
insert into table1 values (4);
create table made (a int);
rollback;
select count(*) from table1;  --> [[4]]
begin;
insert into table1 values (5);
create table if not exists made (a int);
rollback;
select count(*) from table1;  --> [[5]]
begin;
insert into table1 values (6);
create table ctas as select * from table1;
rollback;
select count(*) from ctas;  --> [[6]]
begin;
insert into table1 values (7);
create temporary table temporary (a int);
rollback;
begin;
insert into table1 values (8);
comment on table table1 is 'c';
rollback;
begin;
insert into table1 values (9);
create role r;
rollback;
begin;
insert into table1 values (10);
grant select on table table1 to role r;
rollback;
begin;
insert into table1 values (11);
alter table made rename to made2;
rollback;
begin;
insert into table1 values (12);
drop sequence if exists nope;
rollback;
begin;
insert into table1 values (13);
create function f(a int) returns int as 'a';
rollback;
select count(*) from table1;  --> [[13]]
begin;
insert into table1 values (14);
truncate table ctas;
rollback;
select count(*) from ctas;  --> [[6]]
begin;
insert into table1 values (14);
use schema sc;
set x = 1;
show tables;
alter session set query_tag = 'x';
rollback;
select count(*) from table1;  --> [[13]]
begin;
insert into table1 select i + 100 from table1;
delete from table1 where i = 1;
update table1 set i = 2 where i = 3;
merge into table1 t using (select 500 as i) s on t.i = s.i when not matched then insert (i) values (s.i);
select count(*) from table1;  --> [[26]]
rollback;
select count(*), max(i) from table1;  --> [[13, 13]]
begin;
select 1 / 0;  --! 100051
select nope;  --! 904
insert into table1 values (14);
commit;
select count(*) from table1;  --> [[14]]
select current_transaction() is null;  --> [[true]]
begin;
select current_transaction() is null;  --> [[false]]
commit;
select last_transaction() is null;  --> [[false]]
create database other;
create table other.public.t (a int);
begin;
insert into db1.sc.table1 values (15);
insert into other.public.t values (1);  --~ a transaction over two databases
commit;
select count(*) from db1.sc.table1;  --> [[15]]
select count(*) from other.public.t;  --> [[0]]
alter session set autocommit = true;
alter session set autocommit = false;  --~ AUTOCOMMIT
alter session set transaction_default_isolation_level = 'READ COMMITTED';
