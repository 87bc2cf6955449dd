-- Parts, as last delivered; one row per part.

select
    p_partkey as part_key,  -- The part. @unique @quarantine @not_null
    p_name as part_name,  -- Its name: five colours. @not_null
    p_mfgr as manufacturer,  -- Who makes it.
    p_brand as brand,  -- Its brand.
    p_type as part_type,  -- Finish, coating and metal.
    p_size as part_size,  -- Its size, without a unit.
    p_container as container,  -- What it is packed in.
    -- US dollars for one piece, in a shop. @check retail_price > 0
    p_retailprice as retail_price,
    p_comment as part_comment,  -- Free text.
    ingestion_ts,  -- When it was last delivered, UTC. @not_null
    file_name,  -- The file it came in. @not_null
    file_row_number  -- The row in that file. @not_null
from tpch_raw.part
qualify
    row_number() over (
        partition by p_partkey
        order by ingestion_ts desc, file_name desc, file_row_number desc
    ) = 1
    or p_partkey is null
