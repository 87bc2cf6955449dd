-- Pages "COPY INTO <location>", "Data unloading considerations", "Unload into a Snowflake stage".

create stage mystage;
create table null_empty1 (i number, v varchar, d varchar);
insert into null_empty1 values (1, null, 'NULL value'), (2, '', 'Empty string');
create or replace file format enclosing
  field_optionally_enclosed_by = '0x27' null_if = ('null');
copy into @mystage from null_empty1 file_format = (format_name = 'enclosing');
list @mystage;
create file format raw type = csv field_delimiter = none escape_unenclosed_field = none;
select $1 from @mystage/data_0_0_0.csv.gz (file_format => raw) order by metadata$file_row_number;  --> [["1,'null','NULL value'"], ["2,'','Empty string'"]]
create table null_empty2 like null_empty1;
copy into null_empty2 from @mystage/data_0_0_0.csv.gz file_format = (format_name = 'enclosing');
select i, v, d from null_empty2 order by i;  --> [[1, null, "NULL value"], [2, "", "Empty string"]]
copy into @mystage from null_empty1 file_format = (format_name = 'enclosing');  --! Files already existing
copy into @mystage from null_empty1 file_format = (format_name = 'enclosing') overwrite = true;
copy into @mystage/plain from null_empty1;  --! Cannot unload empty string
copy into @mystage/plain from null_empty1
  file_format = (type = csv empty_field_as_null = false null_if = ('null') compression = none);
select $1 from @mystage/plain_0_0_0.csv (file_format => raw) order by metadata$file_row_number;  --> [["1,null,NULL value"], ["2,,Empty string"]]

create or replace table mytable (
  id number(8) not null,
  first_name varchar(255) default null,
  last_name varchar(255) default null,
  city varchar(255),
  state varchar(255)
);
insert into mytable (id, first_name, last_name, city, state)
  values (1, 'Ryan', 'Dalton', 'Salt Lake City', 'UT'),
  (2, 'Upton', 'Conway', 'Birmingham', 'AL'),
  (3, 'Kibo', 'Horton', 'Columbus', 'GA');
copy into @mystage/json/
  from (
    select object_construct(
      'id', id, 'first_name', first_name, 'last_name', last_name, 'city', city, 'state', state
    ) from mytable order by id
  )
  file_format = (type = json);
select $1 from @mystage/json/data_0_0_0.json.gz (file_format => raw) order by metadata$file_row_number;  --> [["{\"city\":\"Salt Lake City\",\"first_name\":\"Ryan\",\"id\":1,\"last_name\":\"Dalton\",\"state\":\"UT\"}"], ["{\"city\":\"Birmingham\",\"first_name\":\"Upton\",\"id\":2,\"last_name\":\"Conway\",\"state\":\"AL\"}"], ["{\"city\":\"Columbus\",\"first_name\":\"Kibo\",\"id\":3,\"last_name\":\"Horton\",\"state\":\"GA\"}"]]
copy into @mystage/json2/ from mytable file_format = (type = json);  --! JSON file format

copy into @%mytable/unload/ from mytable file_format = (format_name = 'enclosing' compression = none);
select $1 from @%mytable/unload/data_0_0_0.csv (file_format => raw) order by metadata$file_row_number limit 1;  --> [["1,'Ryan','Dalton','Salt Lake City','UT'"]]
copy into @~/unload/ from mytable detailed_output = true file_format = (type = csv compression = none);  --> [["unload/data_0_0_0.csv", 87, 3]]
copy into @mystage/myfile.csv.gz from mytable
  file_format = (type = csv compression = 'gzip') single = true max_file_size = 4900000000;
create table copied like mytable;
copy into copied from @mystage/myfile.csv.gz file_format = (type = csv);
select count(*), min(city) from copied;  --> [[3, "Birmingham"]]
copy into @mystage/headed from (select id, city from mytable where id < 3 order by id)
  file_format = (type = csv field_optionally_enclosed_by = '"' compression = none) header = true;
select $1 from @mystage/headed_0_0_0.csv (file_format => raw) order by metadata$file_row_number;  --> [["\"ID\",\"CITY\""], ["1,\"Salt Lake City\""], ["2,\"Birmingham\""]]
copy into @mystage/none from (select * from mytable where id > 99);  --> [[0, 0, 0]]
list @mystage/none;  --> []
copy into @mystage from mytable validation_mode = return_rows;
copy into @mystage/typed from (
  select 1.50::number(10, 2), '2024-01-31'::date, '10:20:30'::time, '2024-01-31 10:20:30.5'::timestamp_ntz,
    true, array_construct(1, 'a'), 'a,b\\c', to_binary('ff'), 0.5::float
) file_format = (type = csv compression = none);
select $1 from @mystage/typed_0_0_0.csv (file_format => raw);  --> [["1.50,2024-01-31,10:20:30,2024-01-31 10:20:30.500,true,[1\\,\"a\"],a\\,b\\\\c,FF,0.5"]]
copy into @mystage/formatted from (select '2024-01-31'::date, '2024-01-31 10:20:30'::timestamp_ntz)
  file_format = (type = csv compression = none field_delimiter = '|' date_format = 'DD.MM.YYYY' timestamp_format = 'YYYY-MM-DD"T"HH24:MI:SS');
select $1 from @mystage/formatted_0_0_0.csv (file_format => raw);  --> [["31.01.2024|2024-01-31T10:20:30"]]
copy into @mystage/long from (select 1::float / 3);  --~ FLOAT
copy into @mystage/lines from (select 'a\nb');  --~ record delimiter
copy into @mystage/variant from (select parse_json('"a"'));  --~ VARIANT
copy into @mystage/parts from mytable partition by (state);  --~ PARTITION BY
copy into @mystage/uuid from mytable include_query_id = true;  --~ INCLUDE_QUERY_ID
copy into @mystage/x from mytable foo = 1;  --! 1008
copy into @mystage/x from nope;  --! 2003
copy into @nope/x from mytable;  --! 2003
copy into @mystage/x from mytable file_format = (type = xml);  --~ XML
copy into @mystage/x from mytable file_format = (format_name = 'raw' type = csv);  --! mutually exclusive
copy into 's3://bucket/out/' from mytable storage_integration = myint file_format = (type = csv);
create stage outside url = 's3://bucket/out/';
select count(*) from @outside/data_0_0_0.csv.gz;  --> [[3]]

copy into @mystage/myfile.parquet from (select id, first_name, '2024-01-31'::date as start_date from mytable)
  file_format = (type = 'parquet') header = true;
create file format pq type = parquet use_logical_type = true;
select $1:ID::int, $1:FIRST_NAME::varchar, $1:START_DATE::date
from @mystage/myfile.parquet_0_0_0.snappy.parquet (file_format => pq) order by 1 limit 1;  --> [[1, "Ryan", {"date": "2024-01-31"}]]
copy into @mystage/generic from (select id from mytable) file_format = (type = parquet);
select $1:col1::int from @mystage/generic_0_0_0.snappy.parquet (file_format => pq) order by 1;  --> [[1], [2], [3]]
copy into @mystage/tz from (select '2024-01-31 10:00:00 +0100'::timestamp_tz) file_format = (type = parquet);  --! TIMESTAMP_TZ
copy into @mystage/array from (select array_construct(1)) file_format = (type = parquet);  --~ ARRAY
