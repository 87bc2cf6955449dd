-- Which tables there are: those of models with batches, and the ledger itself.
select
    table_schema,
    table_name
from information_schema.tables
where table_schema in ({schemas}) and table_type not like '%VIEW%'
