-- A table that cannot be built: some amounts are no dates.
--
-- @materialized table

select amount::varchar::date as day
from shop_staging.stg_lines
