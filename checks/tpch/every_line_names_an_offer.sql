-- A line is delivered by a supplier who offers the part.

select
    lines.order_key,
    lines.line_number,
    lines.part_key,
    lines.supplier_key
from tpch_staging.stg_fct_lineitem as lines
where
    not exists (
        select 1
        from tpch_staging.stg_fct_partsupp as offers
        where
            offers.part_key = lines.part_key
            and offers.supplier_key = lines.supplier_key
    )
