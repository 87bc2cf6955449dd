-- Pages "CREATE STAGE", "ALTER STAGE", "CREATE FILE FORMAT", "ALTER FILE FORMAT", "CREATE PIPE",
-- "ALTER PIPE", "COPY INTO <table>", "VALIDATE", "QUERY_HISTORY, QUERY_HISTORY_BY_*".

create file format f type = csv skip_header = 1 null_if = ('NULL', 'null') comment = 'c';
create or replace file format f type = csv skip_header = 1 null_if = ('NULL', 'null');
create file format if not exists f type = json;
create file format f type = json;  --! 2002
create file format g type = csv foo = 1;  --! 1423
create file format g type = nope;  --! 2004
create temporary file format g type = csv;  --~ CREATE TEMPORARY FILE FORMAT
create file format g type = json strip_outer_array = true;
alter file format g set strip_outer_array = false comment = 'x';
alter file format g rename to g2;
alter file format if exists nope rename to x;
alter file format nope rename to x;  --! 2003
alter file format g2 rename to f;  --! 2002
alter file format g2 rename to nope.f;  --! 2003
create file format nope.f;  --! 2003
create file format nope.sc.f;  --! 2003
drop file format nope;  --! 2003
drop file format if exists nope;
describe file format nope;  --! 2003
create stage st file_format = f comment = 'x';
create stage st;  --! 2002
create stage if not exists st;
create temporary stage other;  --~ CREATE TEMPORARY STAGE
create stage out url = 's3://bucket/in/' storage_integration = i file_format = (type = csv);
alter stage st set file_format = (format_name = 'f');
alter stage st set url = 's3://bucket/';  --~ SET URL
alter stage st set directory = (enable = true);
alter stage st refresh;
alter stage st unset comment;
alter stage st rename to out;  --! 2002
alter stage st rename to nope.st;  --! 2003
create stage nope.st;  --! 2003
create stage nope.sc.st;  --! 2003
alter stage st rename to st2;
alter stage nope rename to x;  --! 2003
alter stage if exists nope rename to x;
list @st;  --! 2003
list @st2;  --> []
copy into @st2/a.csv from (select column1 as a, column2 as b from values (1, 'NULL'), (2, 'x'))
  file_format = (type = csv compression = none) single = true header = true;
create table t (a int, b varchar(10));
copy into t from @st2;
select * from t order by a;  --> [[1, null], [2, "x"]]
copy into t from @st2;  --> [["Copy executed with 0 files processed."]]
copy into t from @st2 force = true;
select count(*) from t;  --> [[4]]
truncate table t;
copy into t (b) from (select $2 from @st2/a.csv);
select * from t order by b;  --> [[null, "x"], [null, null]]
copy into t from @st2 files = ('nope.csv');  --! 100016
copy into t from @st2 on_error = foo;  --! ON_ERROR
copy into t from @st2 foo = 1;  --~ FOO
copy into t from @nope;  --! 2003
copy into nope from @st2;  --! 2003
copy into t from @st2 file_format = (format_name = nope);  --! 2003
copy into t from @st2 validation_mode = return_errors force = true;  --> []
copy into t from @st2 validation_mode = return_1_rows force = true;  --> [[1, null]]
select * from table(validate(t, job_id => '_last'));  --~ VALIDATE
select * from table(validate_pipe_load(pipe_name => 'p', start_time => current_timestamp()));  --~ VALIDATE_PIPE_LOAD
select * from table(information_schema.query_history());  --~ QUERY_HISTORY
select * from table(information_schema.query_history_by_session());  --~ QUERY_HISTORY_BY_SESSION
select * from information_schema.load_history;  --~ LOAD_HISTORY
create pipe p comment = 'c' as copy into t from @st2;
create pipe p as copy into t from @st2;  --! 2002
create pipe q as copy into t from @st2 purge = true;  --! PURGE
create pipe q as copy into t from @st2 files = ('a.csv');  --! FILES
create pipe q as copy into t from @nope;  --! 2003
create pipe q as select 1;  --! 1003
alter pipe p refresh;  --> []
alter pipe p set pipe_execution_paused = true comment = 'd';
select parse_json(system$pipe_status('p')):executionState::varchar;  --> [["PAUSED"]]
alter pipe p set pipe_execution_paused = false;
alter pipe p unset comment;
alter pipe nope refresh;  --! 2003
alter pipe if exists nope refresh;
drop pipe nope;  --! 2003
drop pipe if exists nope;
begin;
insert into t values (9, 'z');
alter pipe p set comment = 'e';
rollback;
select count(*) from t where a = 9;  --> [[1]]
begin;
insert into t values (10, 'z');
create or replace stage st3;
rollback;
begin;
insert into t values (11, 'z');
drop stage st3;
rollback;
begin;
insert into t values (12, 'z');
create file format h type = csv;
rollback;
begin;
insert into t values (13, 'z');
drop file format if exists nope;
rollback;
begin;
insert into t values (14, 'z');
drop pipe p;
rollback;
select a from t where a > 9 order by a;  --> [[10], [11], [12], [13], [14]]
begin;
insert into t values (20, 'z');
list @st2;
copy into t from @st2 force = true;
rollback;
select count(*) from t where a in (1, 2, 20);  --> [[0]]
drop stage st2;
list @st2;  --! 2003
