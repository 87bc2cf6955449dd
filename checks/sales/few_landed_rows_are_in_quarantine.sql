-- Rows in quarantine are kept with their reason; many of them on one day mean that a source
-- has changed.
--
-- @severity warn

select
    loaded_on,
    source,
    quarantined_rows,
    error_rate
from sales_monitoring.volumes_by_day
where error_rate > 0.1
