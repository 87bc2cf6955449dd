-- Sales by day, store and department; one row each. What no version of a store or product
-- was found for stands under UNKNOWN.
--
-- @unique sale_date, store_key, category

select
    sales.sale_date,  -- The day, UTC. @not_null
    coalesce(sales.store_key, 'UNKNOWN') as store_key,  -- The version of the store. @not_null
    coalesce(products.category, 'UNKNOWN') as category,  -- Department. @not_null
    max(stores.store_id) as store_id,  -- The store.
    coalesce(max(stores.region), 'UNKNOWN') as region,  -- Where the store was then.
    coalesce(max(stores.country), 'UNKNOWN') as country,  -- Where the store was then.
    count(*) as total_orders,  -- @check total_orders > 0
    count(distinct sales.customer_id) as distinct_customers,
    sum(sales.quantity) as total_quantity,  -- Pieces.
    sum(sales.gross_amount) as gross_amount,  -- US dollars. @check gross_amount >= net_amount
    sum(sales.discount_amount) as discount_amount,  -- US dollars.
    sum(sales.net_amount) as net_amount,  -- US dollars.
    -- US dollars, of the sales whose cost is known.
    coalesce(sum(sales.profit_amount), 0) as profit_amount,
    -- How much the sources told. @check average_quality_score between 80 and 100
    avg(sales.data_quality_score)::number(5, 2) as average_quality_score
from sales_marts.fact_sales as sales
left join sales_marts.dim_product as products
    on sales.product_key = products.product_key
left join sales_marts.dim_store as stores
    on sales.store_key = stores.store_key
group by sales.sale_date, sales.store_key, coalesce(products.category, 'UNKNOWN')
