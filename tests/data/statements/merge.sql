-- Page "MERGE", its examples.

create or replace table merge_example_target (id integer, description varchar);
insert into merge_example_target (id, description) values
  (10, 'To be updated (this is the old value)');
create or replace table merge_example_source (id integer, description varchar);
insert into merge_example_source (id, description) values
  (10, 'To be updated (this is the new value)');
merge into merge_example_target
  using merge_example_source
  on merge_example_target.id = merge_example_source.id
  when matched then
    update set merge_example_target.description = merge_example_source.description;  --> [[1]]
select * from merge_example_target;  --> [[10, "To be updated (this is the new value)"]]

create or replace table merge_example_mult_target (id integer, val integer, status varchar);
insert into merge_example_mult_target (id, val, status) values
  (1, 10, 'Production'), (2, 20, 'Alpha'), (3, 30, 'Production');
create or replace table merge_example_mult_source (
  id integer, marked varchar, isnewstatus integer, newval integer, newstatus varchar
);
insert into merge_example_mult_source (id, marked, isnewstatus, newval, newstatus) values
  (1, 'Y', 0, 10, 'Production'),
  (2, 'N', 1, 50, 'Beta'),
  (3, 'N', 0, 60, 'Deprecated'),
  (4, 'N', 0, 40, 'Production');
merge into merge_example_mult_target
  using merge_example_mult_source
  on merge_example_mult_target.id = merge_example_mult_source.id
  when matched and merge_example_mult_source.marked = 'Y'
    then delete
  when matched and merge_example_mult_source.isnewstatus = 1
    then update set val = merge_example_mult_source.newval, status = merge_example_mult_source.newstatus
  when matched
    then update set val = merge_example_mult_source.newval
  when not matched
    then insert (id, val, status) values (
      merge_example_mult_source.id,
      merge_example_mult_source.newval,
      merge_example_mult_source.newstatus);  --> [[1, 2, 1]]
select * from merge_example_mult_target order by id;  --> [[2, 50, "Beta"], [3, 60, "Production"], [4, 40, "Production"]]

create or replace table merge_example_target_all (id integer, x integer, y varchar);
create or replace table merge_example_source_all (id integer, y varchar, x integer);
insert into merge_example_target_all (id, x, y) values (1, 10, 'Skiing'), (2, 20, 'Snowboarding');
insert into merge_example_source_all (id, y, x) values
  (1, 'Skiing', 10), (2, 'Snowboarding', 25), (3, 'Skating', 30);
merge into merge_example_target_all
  using merge_example_source_all
  on merge_example_target_all.id = merge_example_source_all.id
  when matched then
    update all by name
  when not matched then
    insert all by name;  --> [[1, 2]]
select * from merge_example_target_all order by id;  --> [[1, 10, "Skiing"], [2, 25, "Snowboarding"], [3, 30, "Skating"]]
merge into merge_example_target_all as t
  using (select 4 as id, 40 as x) as s on t.id = s.id
  when not matched then insert all by name;  --! ALL BY NAME
merge into merge_example_target_all as t
  using (select 3 as id, 31 as x, 'z' as y) as s on t.id = s.id
  when matched and s.x = 31 then update all by name when matched then delete;  --> [[1, 0]]
select x, y from merge_example_target_all where id = 3;  --> [[31, "z"]]

create or replace table merge_example_target_dup (k number, v number);
create or replace table merge_example_src_dup (k number, v number);
insert into merge_example_src_dup values (1, 10), (1, 10);
merge into merge_example_target_dup t using merge_example_src_dup s on t.k = s.k
  when not matched then insert (k, v) values (s.k, s.v);  --> [[2]]

create or replace table merge_example_target_orig (k number, v number);
insert into merge_example_target_orig values (0, 10);
create or replace table merge_example_src (k number, v number);
insert into merge_example_src values (0, 11), (0, 12), (0, 13);
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when matched then update set t.v = s.v;  --! 100090
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when matched and s.v = 11 then delete
  when matched then update set t.v = s.v;  --! 100090
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when matched and s.v < 12 then update set t.v = s.v;  --> [[1]]
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when matched and s.v <= 12 then delete;  --> [[1]]
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when matched then delete when matched and s.v = 1 then update set v = 1;  --! WHEN
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when not matched then insert (k) values (t.k);  --! 904
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k
  when not matched by source then delete;  --~ BY SOURCE
merge into merge_example_target_orig t using merge_example_src s on t.k = s.k;  --! 1003
