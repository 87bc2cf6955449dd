-- Pages "INSERT", "INSERT (multi-table)", "UPDATE", "DELETE", "TRUNCATE TABLE".

create table t (a int, b varchar(10), c date default '2020-01-01');
create table u (a int, b varchar(10));
insert into t values (1, 'x', default), (2, default, '2024-01-01');  --> [[2]]
insert into t (a) values (3);  --> [[1]]
insert into t (a, b) select 4, 'z';  --> [[1]]
insert into t select 5, 'w';  --! 2020
insert into t values (1);  --! 2020
insert into t (a, a) values (1, 2);  --! 2025
insert into t (nope) values (1);  --! 904
insert into t values (1, 'toolongtoolong', null);  --! 100078
insert into t values ('x', 'y', null);  --! 100038
insert into t (b) values (1), ('x');  --! 100038
insert into nope values (1);  --! 2003
insert into t (a) values (parse_json('1'));  --! 2014
insert into t (b) select parse_json('"a"');
insert into t with q as (select 9 as a) select a, 'q', '2024-02-01' from q;  --> [[1]]
select a, b, c from t order by a nulls last;  --> [[1, "x", {"date": "2020-01-01"}], [2, null, {"date": "2024-01-01"}], [3, null, {"date": "2020-01-01"}], [4, "z", {"date": "2020-01-01"}], [9, "q", {"date": "2024-02-01"}], [null, "a", {"date": "2020-01-01"}]]
insert overwrite into u values (1, 'a'), (2, 'b');  --> [[2]]
insert overwrite into u select a + 1, b from u;  --> [[2]]
select * from u order by a;  --> [[2, "a"], [3, "b"]]
insert overwrite into u (a) values ('x');  --! 100038
select count(*) from u;  --> [[2]]

insert all into u values (a, b) into t (a, b) values (a + 100, b) select 10 a, 'x' b;  --> [[1, 1]]
insert all
  when a > 1 then into u
  when a > 0 then into u (a) values (a)
  else into t (a) values (a)
select column1 a, 'p' b from values (0), (1), (2);  --> [[1, 2, 1]]
insert first
  when a > 1 then into u
  when a > 0 then into u (a) values (a)
  else into t (a) values (a)
select column1 a, 'p' b from values (0), (1), (2);  --> [[1, 1, 1]]
insert overwrite all into u select 1, 'x';  --> [[1]]
insert all into u select 1;  --! 2020
insert all into u (a, b) values (default, null) select 1, 'x';  --> [[1]]
select * from u order by a;  --> [[1, "x"], [null, null]]

create or replace table t (a int, b varchar(10));
insert into t values (1, 'x'), (2, 'y'), (3, null);
create or replace table u (a int, n int);
insert into u values (1, 10), (1, 11), (2, 20);
update t set b = 'new' where a > 5;  --> [[0, 0]]
update t set a = a + 10 where b is null;  --> [[1, 0]]
update t set t.b = 'z' where t.a = 13;  --> [[1, 0]]
update t as s set b = s.b || '!' where s.a = 13;  --> [[1, 0]]
update t set b = u.n::varchar from u where t.a = u.a and u.n <> 11;  --> [[2, 0]]
update t set a = (select max(a) from u) where a = 13;  --> [[1, 0]]
update t set b = 'q' from u where t.a = u.a;  --> [[3, 1]]
update t set nope = 1;  --! 904
update t set a = 1, a = 2;  --! 2025
update t set b = 'toolongtoolong';  --! 100078
update nope set a = 1;  --! 2003
update t set b = default where a = 1;  --> [[1, 0]]
select * from t order by a, b;  --> [[1, null], [2, "q"], [2, "q"]]

delete from t using u where t.a = u.a and u.n = 20;  --> [[2]]
delete from t using (select 1 as a) s, u where t.a = s.a and u.a = s.a;  --> [[1]]
insert into t values (1, 'x'), (2, 'y'), (3, null);
delete from t s where s.a = 1;  --> [[1]]
delete from t where a in (select a from u);  --> [[1]]
delete from t where nope = 1;  --! 904
delete from nope;  --! 2003
delete from t;  --> [[1]]
insert into t values (1, 'x');
truncate table t;
select count(*) from t;  --> [[0]]
truncate t;
truncate table if exists nope;
truncate table nope;  --! 2003
truncate t, u;  --! 1003
create view v as select * from t;
insert into v values (1, 'x');  --! View
update v set a = 1;  --! View
