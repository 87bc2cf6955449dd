select
    batch_id,
    region,
    load_state,
    is_late,
    delivered_sales,
    quarantined_sales,
    fact_sales
from regional_marts.load_report
where region in ('EUROPE', 'US-WEST')
order by batch_id, region
