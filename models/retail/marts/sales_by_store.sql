-- Sales of each store that ever sold anything; one row per store.

select
    store_id,  -- The store; null gathers orders that name none. @unique
    store_name,
    store_type,
    store_country,
    count(*) as total_orders,  -- @check total_orders > 0
    count(distinct customer_id) as distinct_customers,
    sum(total_amount) as total_sales,  -- US dollars. @not_null @check total_sales >= 0
    max(created_at) as last_order_date  -- UTC.
from retail_marts.fct_sales
group by store_id, store_name, store_type, store_country
