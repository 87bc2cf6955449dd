-- Pages "SQL variables", "SET", "UNSET", "Literals and variables as identifiers with IDENTIFIER()
-- syntax", "GETVARIABLE", "EXECUTE IMMEDIATE".

set x = 1;
set (a, b) = (1, 'two');
set (c, d) = (select 5, 6);
select $x, $a, $b, $c, $d, $x + 1;  --> [[1, 1, "two", 5, 6, 2]]
set e = $x + 10;
set f = (select max(column1) from values (3), (4));
select $e, $f;  --> [[11, 4]]
set n = null;
select $n is null;  --> [[true]]
set d = '2024-01-31'::date;
select $d + 1;  --> [[{"date": "2024-02-01"}]]
set long = (select repeat('x', 300));  --! 1048
set v = parse_json('{}');  --! VARIANT
select $nope;  --! 1007
unset x;
select $x;  --! 1007
unset (a, b);
select $a;  --! 1007
select getvariable('E'), getvariable('e'), getvariable('NOPE');  --> [["11", null, null]]
show variables like 'F';

create or replace database identifier('my_db');
create or replace schema identifier('my_schema');
create or replace table identifier('my_db.my_schema.my_table') (c1 number);
create or replace table identifier('"my_other_table"') (c1 number);
show tables in schema identifier('my_schema');
set schema_name = 'my_db.my_schema';
set table_name = 'my_table';
use schema identifier($schema_name);
insert into identifier($table_name) values (1), (2), (3);  --> [[3]]
select * from identifier($table_name) order by 1;  --> [[1], [2], [3]]
select * from table($table_name) order by 1;  --> [[1], [2], [3]]
select * from table('my_table') order by 1;  --> [[1], [2], [3]]
select t2.c1 from identifier($table_name) as t1, identifier('my_table') as t2
where t1.c1 = t2.c1 and t1.c1 > 2;  --> [[3]]
set col = 'c1';
select identifier($col) + 1 as more from my_table where identifier($col) > 1 order by identifier($col);  --> [[3], [4]]
select identifier($col) from my_table;  --~ IDENTIFIER
update identifier($table_name) set c1 = 9 where c1 = 1;  --> [[1, 0]]
delete from identifier($table_name) where identifier($col) = 9;  --> [[1]]
merge into identifier($table_name) t using (select 5 as c1) s on t.c1 = s.c1
when not matched then insert (c1) values (s.c1);  --> [[1]]
alter table identifier($table_name) add column c2 int;
describe table identifier($table_name);
truncate table identifier($table_name);
create function speed_of_light() returns integer as $$ 299792458 $$;
set my_function_name = 'speed_of_light';
select identifier($my_function_name)();  --> [[299792458]]
drop table identifier($table_name);
select * from identifier($table_name);  --! 2003
set lim = 2;
select * from values (1), (2), (3) limit $lim;  --> [[1], [2]]

execute immediate 'select 1';  --> [[1]]
set q = 'select 2';
execute immediate $q;  --> [[2]]
execute immediate $$ select 3 $$;  --> [[3]]
execute immediate 'create table made (a int)';
execute immediate 'insert into identifier($made) values (1)';  --! 1007
set made = 'made';
execute immediate 'insert into identifier($made) values (1)';  --> [[1]]
execute immediate $$ begin return 1; end $$;  --~ Snowflake Scripting
execute immediate 'select ?' using (x);  --~ EXECUTE IMMEDIATE … USING
execute immediate from './x.sql';  --~ EXECUTE IMMEDIATE FROM
begin let y := 1; return y; end;  --~ Snowflake Scripting
explain select 1;  --~ EXPLAIN
call nope();  --~ CALL
