-- Sales of each store that ever sold anything; one row per store.

select
    store_id,  -- The store; null gathers orders that name none. @unique
    store_name,  -- Its name on the door.
    store_type,  -- Online, or brick and mortar.
    store_country,  -- Where the store is.
    count(*) as total_orders,  -- Whatever became of them. @check total_orders > 0
    count(distinct customer_id) as distinct_customers,  -- Who ordered there.
    sum(total_amount) as total_sales,  -- US dollars. @not_null @check total_sales >= 0
    max(created_at) as last_order_date  -- UTC.
from retail_marts.fct_sales
group by store_id, store_name, store_type, store_country
