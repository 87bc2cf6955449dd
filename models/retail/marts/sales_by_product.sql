-- Sales of each product that was ever sold; one row per product.

with sold_products as (
    select
        product_id,
        count(*) as total_orders,
        sum(quantity) as total_quantity,
        sum(line_total) as total_sales,
        sum(line_discount) as total_discount
    from retail_core.fact_orderitems
    group by product_id
)

select
    sold.product_id,  -- The product. @not_null @unique
    products.product_name,  -- Null for one without a price above zero.
    products.category,  -- One of five.
    products.brand,  -- Who makes it.
    sold.total_orders,  -- Orders that name it. @check total_orders > 0
    sold.total_quantity,  -- Pieces. @check total_quantity >= 0
    sold.total_sales,  -- US dollars, the lines together. @check total_sales >= 0
    sold.total_discount  -- US dollars off these lines.
from sold_products as sold
left join retail_core.dim_product as products
    on sold.product_id = products.product_id
