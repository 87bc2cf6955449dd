-- Pages "ALTER TABLE", "ALTER TABLE … ALTER COLUMN", "CREATE | ALTER TABLE … CONSTRAINT".

create table t (a int, b varchar(10), c date);
insert into t values (1, 'x', '2024-01-01');
alter table t add d int;
alter table t add column e int not null default 7;
alter table t add column e int;  --! 1430
alter table t add column if not exists e int;
alter table t add f int not null;  --! non-null default value
alter table t add column f int, if not exists a int, column g varchar(3) default 'q';
alter table t add h int autoincrement;  --! non-empty table
alter table t add v int as (a + 1);  --~ AS
select * from t;  --> [[1, "x", {"date": "2024-01-01"}, null, 7, null, "q"]]
alter table t rename column d to dd;
alter table t rename column nope to x;  --! 904
alter table t rename column a to b;  --! 1430
alter table t drop column dd;
alter table t drop column if exists zz, f;
alter table t drop zz;  --! 904
select * from t;  --> [[1, "x", {"date": "2024-01-01"}, 7, "q"]]
alter table t alter column b set data type varchar(20);
alter table t alter b type varchar(30), column c comment 'cc';
alter table t modify b varchar(5);  --! 40052
alter table t modify b number;  --! 40052
alter table t modify column a set data type number(10, 0);
alter table t modify column a number(38, 2);  --! 40052
alter table t alter column a set not null;
insert into t (b) values ('y');  --! 100072
alter table t alter column a drop not null;
insert into t (b) values ('y');
alter table t alter column a not null;  --! 100072
alter table t alter (a comment 'one', column b comment 'two', c unset comment);
select column_name, comment from information_schema.columns
where table_name = 'T' and comment is not null order by 1;  --> [["A", "one"], ["B", "two"]]
alter table t alter column b set default 'x';  --! 2
alter table t alter column g drop default;  --! ALTER TABLE has added it
create table s (v variant, w int);
alter table s modify v set not null;
alter table s modify v drop not null;
insert into s select parse_json('1'), 1;
alter table s modify v set not null;  --! NOT NULL
alter table t set comment = 'hello' data_retention_time_in_days = 1 change_tracking = true;
alter table t unset data_retention_time_in_days, change_tracking;
alter table t set foo = 1;  --! 1420
alter table t unset foo;  --! 1420
alter table t set default_ddl_collation = 'en';  --~ DEFAULT_DDL_COLLATION
alter table t set row_timestamp = true;  --~ ROW_TIMESTAMP
alter table t set contact steward = c1;
alter table t unset contact steward;
select comment from information_schema.tables where table_name = 'T';  --> [["hello"]]
alter table t cluster by (a, to_char(c));
alter table t cluster by linear(a);
alter table t suspend recluster;
alter table t resume recluster;
alter table t recluster max_size = 100;
alter table t drop clustering key;
delete from t where a is null;
alter table t add primary key (a);
alter table t add primary key (b);  --! 2260
alter table t drop primary key;
alter table t add constraint u unique (b);
alter table t rename constraint u to u2;
alter table t rename constraint u to u3;  --! 2003
alter table t modify constraint u2 rely;
alter table t drop constraint u;  --! 2003
alter table t drop constraint u2;
alter table t add constraint fk foreign key (a) references s (w);
alter table t drop foreign key (a);
alter table t add check (a > 1);  --~ CHECK
alter table t add search optimization on equality(a);
alter table t drop search optimization;
alter table t add row access policy p on (a);
alter table t drop row access policy p, add row access policy p2 on (a);
alter table t drop all row access policies;
alter table t modify column a set masking policy m using (a, b) force, column b set masking policy m;
alter table t modify column a unset masking policy, column b unset masking policy;
alter table t modify column a set tag x = 'y', z = 'w';
alter table t modify column a unset tag x;
alter table t set tag x = 'y';
alter table t unset tag x;
alter table t set aggregation policy p force;
alter table t unset aggregation policy;
alter table t add data metric function m on (a);
alter table t drop data metric function m on (a);
alter table t add storage lifecycle policy p on (a);
alter table t drop storage lifecycle policy;
alter table nope rename to x;  --! 2003
alter table if exists nope rename to x;
alter table t rename to s;  --! 2002
alter table t rename to tt;
select count(*) from t;  --! 2003
select count(*) from tt;  --> [[1]]
create schema other;
use schema sc;
alter table tt rename to other.tt;
select count(*) from other.tt;  --> [[1]]
alter table other.tt rename to sc.t;
alter table t rename to nope.x;  --! 2003
alter table t swap with s;
select count(*) from t;  --> [[1]]
select count(*) from s;  --> [[1]]
alter table t swap with nope;  --! 2003
create temporary table temp1 (a int);
alter table t swap with temp1;  --~ SWAP
create view v as select * from s;
alter table v add column x int;  --! 2203
alter view v rename to v2;
alter view v2 set comment = 'vc';
alter view v2 set secure;
alter view v2 unset secure;
alter view v2 unset comment;
alter view v2 foo;  --! 1003
select count(*) from v2;  --> [[1]]
