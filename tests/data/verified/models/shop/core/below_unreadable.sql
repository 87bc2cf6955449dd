-- Right, but what it reads cannot be built.
--
-- @materialized incremental
-- @unique_key day

select distinct day
from shop_core.unreadable
where
    day is not null
    or day in (select loaded.day from shop_core.below_unreadable as loaded)
