select
    table_schema,
    table_name,
    table_type,
    is_dynamic
from information_schema.tables
where table_schema in ({schemas})
