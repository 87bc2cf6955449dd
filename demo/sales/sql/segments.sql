select
    rfm_segment,
    count(*) as customers,
    sum(total_orders) as orders,
    sum(lifetime_value) as lifetime_value
from sales_marts.dim_customer
group by rfm_segment
order by customers desc, rfm_segment asc;
