-- Pages "CREATE FUNCTION", "Scalar SQL UDFs", "Tabular SQL UDFs", "ALTER FUNCTION", "DROP FUNCTION",
-- "Calling a UDF".

create function area_of_circle(radius float) returns float as 'pi() * radius * radius';
select area_of_circle(1.0)::number(10, 4);  --> [[{"decimal": "3.1416"}]]
create function f1(a int) returns int as 'a + 1';
create function f1(a varchar) returns int as 'length(a)';
create function f1(a int) returns int as 'a + 2';  --! 2002
create or replace function f1(a int) returns int as 'a + 2';
create function if not exists f1(a int) returns int as 'a + 3';
create or replace function if not exists f1(a int) returns int as 'a';  --! incompatible
select f1(1), f1('abc');  --> [[3, 3]]
select f1(true);  --~ the choice between several functions F1
select f1();  --! 1044
select f1(1, 2);  --! 1044
select db1.sc.f1(1), sc.f1(1);  --> [[3, 3]]
create function f2(a int, b int default 5) returns int as $$ a * b $$;
select f2(2), f2(2, 3), f2(a => 2), f2(b => 1, a => 7);  --> [[10, 6, 10, 7]]
select f2(2, b => 3);  --! by name or by position
select f2(c => 2);  --! 1044
select f2('x');  --! 100038
create function f3() returns varchar language sql comment = 'x' as 'select max(column1) from values (1), (2)';
select f3();  --> [["2"]]
create function f4(n int) returns table (x int, y varchar) as 'select n, ''a'' union all select n + 1, ''b''';
select * from table(f4(1)) order by x;  --> [[1, "a"], [2, "b"]]
select t.x from (values (1), (10)) v, table(f4(v.column1)) t order by 1;  --> [[1], [2], [10], [11]]
create function f4b() returns table (x int) as 'select 1, 2';  --! columns
create function f5(a int) returns int strict as 'coalesce(a, 0)';
create function f6(a int) returns int called on null input immutable memoizable as 'coalesce(a, 0)';
select f5(null), f6(null);  --> [[null, 0]]
create secure function f7(a number(5, 2)) returns number(5, 1) as 'a';
select f7(1.25);  --> [[{"decimal": "1.3"}]]
select f7(123456);  --! 100039
create function f8(v variant) returns varchar as 'v:a::varchar';
select f8(parse_json('{"a":"b"}'));  --> [["b"]]
create table t (a int, b int);
insert into t values (1, 10), (2, 20);
create function b_of(x int) returns int as 'select b from t where a = x';
select a, b_of(a) from t order by a;  --> [[1, 10], [2, 20]]
create function bad(a int) returns int as 'a + nope';  --! 904
create function bad(a int) returns int as 'a +';  --! 1003
create function bad(a int) returns int as 'select 1, 2';  --! subquery
create function bad(a int) returns int as 'sum(a)';  --~ SUM
create function bad(a int) returns int as 'bad(a)';  --! 2140
create function bad(a int) returns int language javascript as 'return A;';  --~ JAVASCRIPT
create function bad(a int) returns int language python runtime_version = '3.11' handler = 'f' as 'x';  --~ PYTHON
create temporary function bad(a int) returns int as 'a';  --~ CREATE TEMPORARY FUNCTION
create external function bad(a int) returns int api_integration = x as 'u';  --~ EXTERNAL FUNCTION
create procedure p() returns int language sql as 'begin return 1; end';  --~ PROCEDURE
alter function f2(int, int) rename to f22;
select f22(3);  --> [[15]]
select f2(3);  --! 2140
alter function f22(number, number) set comment = 'z';
alter function f22(int, int) unset comment;
alter function f22(int, int) set secure;
alter function f22(int) set secure;  --! 2003
alter function if exists f22(int) set secure;
comment on function f22(int, int) is 'q';
comment on function nope(int) is 'q';  --! 2003
drop function f22;  --! 1003
drop function f22(int);  --! 2003
drop function if exists f22(int);
drop function f22(int, int);
show user functions like 'f1';
