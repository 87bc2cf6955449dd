-- The eight tables of TPC-H as they land, with their own column names. Parquet brings types,
-- so the columns have them: a file whose values do not fit them is refused as a whole, and
-- COPY_HISTORY names it. Snowflake's sample database has the same tables.

create table if not exists tpch_raw.region (
    r_regionkey number(12, 0) comment 'The region',
    r_name varchar comment 'Its name',
    r_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'The regions of the world; every file holds all of them';

create table if not exists tpch_raw.nation (
    n_nationkey number(12, 0) comment 'The nation',
    n_name varchar comment 'Its name',
    n_regionkey number(12, 0) comment 'The region it lies in',
    n_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'The nations; every file holds all of them';

create table if not exists tpch_raw.customer (
    c_custkey number(12, 0) comment 'The customer',
    c_name varchar comment 'The customer''s name',
    c_address varchar comment 'Street and number',
    c_nationkey number(12, 0) comment 'Where the customer lives',
    c_phone varchar
    with masking policy governance.policies.phone_number
    comment 'Masked for all but those who need it',
    c_acctbal number(12, 2) comment 'US dollars; negative for a debt',
    c_mktsegment varchar comment 'One of five lines of business',
    c_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'Customers, all of them or those that changed';

create table if not exists tpch_raw.supplier (
    s_suppkey number(12, 0) comment 'The supplier',
    s_name varchar comment 'The supplier''s name',
    s_address varchar comment 'Street and number',
    s_nationkey number(12, 0) comment 'Where the supplier is',
    s_phone varchar
    with masking policy governance.policies.phone_number
    comment 'Masked for all but those who need it',
    s_acctbal number(12, 2) comment 'US dollars; negative for a debt',
    s_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'Suppliers, all of them or those that changed';

create table if not exists tpch_raw.part (
    p_partkey number(12, 0) comment 'The part',
    p_name varchar comment 'Its name: five colours',
    p_mfgr varchar comment 'Who makes it',
    p_brand varchar comment 'Its brand',
    p_type varchar comment 'Finish, coating and metal',
    p_size number(9, 0) comment 'Its size, without a unit',
    p_container varchar comment 'What it is packed in',
    p_retailprice number(12, 2) comment 'US dollars for one piece, in a shop',
    p_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'Parts, all of them or those that changed';

create table if not exists tpch_raw.partsupp (
    ps_partkey number(12, 0) comment 'The part',
    ps_suppkey number(12, 0) comment 'Who offers it',
    ps_availqty number(9, 0) comment 'Pieces in stock; 0 when it has run out',
    ps_supplycost number(12, 2) comment 'US dollars that the supplier takes for one piece',
    ps_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'Which supplier offers which part, all offers or those that changed';

create table if not exists tpch_raw.orders (
    o_orderkey number(12, 0) comment 'The order; keys of new orders may be lower than those of old ones',
    o_custkey number(12, 0) comment 'Who ordered',
    o_orderstatus varchar comment 'O: open, F: finished, P: partly finished',
    o_totalprice number(12, 2) comment 'US dollars: the lines, less discount, plus tax',
    o_orderdate date comment 'When it was placed',
    o_orderpriority varchar comment 'From 1-URGENT to 5-LOW',
    o_clerk varchar comment 'Who took it',
    o_shippriority number(9, 0) comment '0 for all',
    o_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'Orders, new ones and changed ones, in no order';

create table if not exists tpch_raw.lineitem (
    l_orderkey number(12, 0) comment 'The order',
    l_linenumber number(4, 0) comment 'The line in its order',
    l_partkey number(12, 0) comment 'What was ordered',
    l_suppkey number(12, 0) comment 'Who delivers it',
    l_quantity number(12, 2) comment 'Pieces',
    l_extendedprice number(12, 2) comment 'US dollars: pieces times retail price',
    l_discount number(12, 2) comment 'Share of the price, from 0 to 1',
    l_tax number(12, 2) comment 'Share of the discounted price, from 0 to 1',
    l_returnflag varchar comment 'R: returned, A: accepted, N: neither yet',
    l_linestatus varchar comment 'O: open, F: finished',
    l_shipdate date comment 'When it left',
    l_commitdate date comment 'When it was to arrive',
    l_receiptdate date comment 'When it arrived',
    l_shipinstruct varchar comment 'What to do on delivery',
    l_shipmode varchar comment 'How it travels',
    l_comment varchar comment 'Free text',
    ingestion_ts timestamp_ntz comment 'When the scan of the file began, UTC',
    file_name varchar comment 'The file, below the landing stage',
    file_row_number number(12, 0) comment 'The row in that file'
)
comment = 'The lines of the orders, one to seven each';
