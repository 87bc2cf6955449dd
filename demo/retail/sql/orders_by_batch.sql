select
    staged.file_name,
    count(distinct staged.order_id) as landed_orders,
    count(distinct orders.order_id) as orders_in_fact,
    min(staged.created_at)::date as oldest,
    max(staged.created_at)::date as newest
from retail_staging.stg_orders as staged
left join retail_core.fact_orders as orders
    on staged.order_id = orders.order_id
group by staged.file_name
order by staged.file_name
