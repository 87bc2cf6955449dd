-- Every order with its customer, its store and what its lines add up to; one row per order.
--
-- @cluster_by created_at

with lines_by_order as (
    select
        order_id,
        sum(line_total) as total_line_amount,
        sum(line_discount) as total_line_discount,
        count(distinct product_id) as distinct_products
    from retail_core.fact_orderitems
    group by order_id
)

select
    orders.order_id,  -- The order. @not_null @unique
    orders.created_at,  -- When it was placed, UTC. @not_null
    orders.order_status,  -- How far it has come.
    orders.payment_type,  -- How it was paid.
    orders.customer_id,  -- Who bought.
    customers.first_name as customer_first_name,  -- Null for one without a full name.
    customers.last_name as customer_last_name,  -- Null for one without a full name.
    customers.country as customer_country,  -- Where the customer lives.
    orders.store_id,  -- Where.
    stores.store_name,  -- Its name on the door.
    stores.store_type,  -- Online, or brick and mortar.
    stores.country as store_country,  -- Where the store is.
    orders.total_amount,  -- US dollars paid. @not_null @check total_amount >= 0
    orders.discount_amount,  -- US dollars off the whole order. @not_null
    orders.shipping_cost,  -- US dollars. @not_null
    -- US dollars, the lines together; 0 until they arrive. @check total_line_amount >= 0
    coalesce(lines_by_order.total_line_amount, 0) as total_line_amount,
    -- US dollars off the lines together. @check total_line_discount >= 0
    coalesce(lines_by_order.total_line_discount, 0) as total_line_discount,
    -- Products in the order; 0 until its lines arrive.
    coalesce(lines_by_order.distinct_products, 0) as distinct_products
from retail_core.fact_orders as orders
left join retail_core.dim_customer as customers
    on orders.customer_id = customers.customer_id
left join retail_core.dim_store as stores
    on orders.store_id = stores.store_id
left join lines_by_order
    on orders.order_id = lines_by_order.order_id
