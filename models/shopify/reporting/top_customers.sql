-- The ten customers who bought for the most money; one row per customer.
--
-- @check count(*) <= 10

select
    customers.customer_key,  -- The customer. @not_null @unique
    customers.first_name,  -- Missing for some.
    customers.last_name,  -- Missing for some.
    count(*) as orders,  -- How many. @check orders > 0
    sum(sales.total_price) as total_sales,  -- US dollars.
    -- 1 for the most money; of equals the one who bought first. @not_null @unique
    row_number() over (
        order by
            sum(sales.total_price) desc,
            min(sales.created_at_key),
            customers.customer_key
    ) as sales_rank
from shopify_serving.fct_sales as sales
inner join shopify_serving.dim_customers as customers
    on sales.customer_identifier_key = customers.customer_key
group by customers.customer_key, customers.first_name, customers.last_name
qualify sales_rank <= 10
