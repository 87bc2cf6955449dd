-- Of a batch whose sales are all deleted or in quarantine no row comes to the fact, where
-- its gate would look at it.

select
    batch_id,
    sum(delivered_sales) as delivered_sales,
    sum(quarantined_sales) as quarantined_sales,
    sum(removed_sales) as removed_sales
from regional_marts.load_report
group by batch_id
having sum(quarantined_sales + removed_sales) > 0 and sum(current_sales) = 0
