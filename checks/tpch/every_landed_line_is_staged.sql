-- An increment loses no line, whatever its key. Rows without a key are in quarantine;
-- what landed since the table was built is not its business.

select
    landed.l_orderkey as order_key,
    landed.l_linenumber as line_number
from tpch_raw.lineitem as landed
where
    landed.l_orderkey is not null
    and landed.l_linenumber is not null
    and landed.ingestion_ts <= (
        select max(loaded.ingestion_ts)
        from tpch_staging.stg_fct_lineitem as loaded
    )
    and not exists (
        select 1
        from tpch_staging.stg_fct_lineitem as lines
        where
            lines.order_key = landed.l_orderkey
            and lines.line_number = landed.l_linenumber
    )
