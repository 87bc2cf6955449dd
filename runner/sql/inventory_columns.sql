select
    table_schema,
    table_name,
    column_name,
    data_type,
    character_maximum_length,
    numeric_precision,
    numeric_scale
from information_schema.columns
where table_schema in ({schemas})
order by
    table_schema,
    table_name,
    ordinal_position
