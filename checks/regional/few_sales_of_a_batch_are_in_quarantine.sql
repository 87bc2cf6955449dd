-- A few faults a day are usual; a tenth of a region's sales means that a source has changed.
--
-- @severity warn

select
    batch_id,
    region,
    delivered_sales,
    quarantined_sales
from regional_marts.load_report
where quarantined_sales > 0.1 * delivered_sales
