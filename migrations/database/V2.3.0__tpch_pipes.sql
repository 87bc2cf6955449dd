-- One pipe per table; each file loads once. Columns are found by their names, in any order:
-- one that a file lacks is null in its rows, which staging then sends to quarantine where it
-- is a key. Times are kept in UTC, whatever the account's time zone is.

create pipe if not exists tpch_raw.load_region
auto_ingest = true
comment = 'Loads region/ from the landing stage'
as
copy into tpch_raw.region (
    r_regionkey,
    r_name,
    r_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:r_regionkey::number(12, 0),
        $1:r_name::varchar,
        $1:r_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/region/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_nation
auto_ingest = true
comment = 'Loads nation/ from the landing stage'
as
copy into tpch_raw.nation (
    n_nationkey,
    n_name,
    n_regionkey,
    n_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:n_nationkey::number(12, 0),
        $1:n_name::varchar,
        $1:n_regionkey::number(12, 0),
        $1:n_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/nation/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_customer
auto_ingest = true
comment = 'Loads customer/ from the landing stage'
as
copy into tpch_raw.customer (
    c_custkey,
    c_name,
    c_address,
    c_nationkey,
    c_phone,
    c_acctbal,
    c_mktsegment,
    c_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:c_custkey::number(12, 0),
        $1:c_name::varchar,
        $1:c_address::varchar,
        $1:c_nationkey::number(12, 0),
        $1:c_phone::varchar,
        $1:c_acctbal::number(12, 2),
        $1:c_mktsegment::varchar,
        $1:c_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/customer/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_supplier
auto_ingest = true
comment = 'Loads supplier/ from the landing stage'
as
copy into tpch_raw.supplier (
    s_suppkey,
    s_name,
    s_address,
    s_nationkey,
    s_phone,
    s_acctbal,
    s_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:s_suppkey::number(12, 0),
        $1:s_name::varchar,
        $1:s_address::varchar,
        $1:s_nationkey::number(12, 0),
        $1:s_phone::varchar,
        $1:s_acctbal::number(12, 2),
        $1:s_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/supplier/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_part
auto_ingest = true
comment = 'Loads part/ from the landing stage'
as
copy into tpch_raw.part (
    p_partkey,
    p_name,
    p_mfgr,
    p_brand,
    p_type,
    p_size,
    p_container,
    p_retailprice,
    p_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:p_partkey::number(12, 0),
        $1:p_name::varchar,
        $1:p_mfgr::varchar,
        $1:p_brand::varchar,
        $1:p_type::varchar,
        $1:p_size::number(9, 0),
        $1:p_container::varchar,
        $1:p_retailprice::number(12, 2),
        $1:p_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/part/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_partsupp
auto_ingest = true
comment = 'Loads partsupp/ from the landing stage'
as
copy into tpch_raw.partsupp (
    ps_partkey,
    ps_suppkey,
    ps_availqty,
    ps_supplycost,
    ps_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:ps_partkey::number(12, 0),
        $1:ps_suppkey::number(12, 0),
        $1:ps_availqty::number(9, 0),
        $1:ps_supplycost::number(12, 2),
        $1:ps_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/partsupp/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_orders
auto_ingest = true
comment = 'Loads orders/ from the landing stage'
as
copy into tpch_raw.orders (
    o_orderkey,
    o_custkey,
    o_orderstatus,
    o_totalprice,
    o_orderdate,
    o_orderpriority,
    o_clerk,
    o_shippriority,
    o_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:o_orderkey::number(12, 0),
        $1:o_custkey::number(12, 0),
        $1:o_orderstatus::varchar,
        $1:o_totalprice::number(12, 2),
        $1:o_orderdate::date,
        $1:o_orderpriority::varchar,
        $1:o_clerk::varchar,
        $1:o_shippriority::number(9, 0),
        $1:o_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/orders/
)
pattern = '.*[.]parquet'
on_error = skip_file;

create pipe if not exists tpch_raw.load_lineitem
auto_ingest = true
comment = 'Loads lineitem/ from the landing stage'
as
copy into tpch_raw.lineitem (
    l_orderkey,
    l_linenumber,
    l_partkey,
    l_suppkey,
    l_quantity,
    l_extendedprice,
    l_discount,
    l_tax,
    l_returnflag,
    l_linestatus,
    l_shipdate,
    l_commitdate,
    l_receiptdate,
    l_shipinstruct,
    l_shipmode,
    l_comment,
    ingestion_ts,
    file_name,
    file_row_number
)
from (
    select
        $1:l_orderkey::number(12, 0),
        $1:l_linenumber::number(4, 0),
        $1:l_partkey::number(12, 0),
        $1:l_suppkey::number(12, 0),
        $1:l_quantity::number(12, 2),
        $1:l_extendedprice::number(12, 2),
        $1:l_discount::number(12, 2),
        $1:l_tax::number(12, 2),
        $1:l_returnflag::varchar,
        $1:l_linestatus::varchar,
        $1:l_shipdate::date,
        $1:l_commitdate::date,
        $1:l_receiptdate::date,
        $1:l_shipinstruct::varchar,
        $1:l_shipmode::varchar,
        $1:l_comment::varchar,
        convert_timezone('UTC', metadata$start_scan_time)::timestamp_ntz
            as ingestion_ts,
        metadata$filename,
        metadata$file_row_number
    from @tpch_raw.landing/lineitem/
)
pattern = '.*[.]parquet'
on_error = skip_file;
