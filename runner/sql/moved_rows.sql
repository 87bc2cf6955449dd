-- The rows of a table that a batch would take out of it.
select source.*
from {source} as source
where exists (
    select 1
    from {batch} as batch
    where {key:batch=source}
)
