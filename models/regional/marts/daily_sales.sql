-- Sales of each day and region; one row per day on which a region sold anything.
--
-- @unique sale_date, region

select
    sale_date,  -- The day of the sale. @not_null
    region,  -- Where. @not_null
    count(*) as total_sales,  -- Completed sales. @check total_sales > 0
    count(distinct customer_id) as distinct_customers,  -- Who bought that day.
    sum(quantity) as total_quantity,  -- Pieces.
    sum(total_amount) as total_amount,  -- US dollars before discount and tax.
    sum(discount_amount) as total_discount,  -- US dollars off.
    sum(tax_amount) as total_tax,  -- US dollars.
    sum(net_amount) as net_amount,  -- US dollars: total less discount.
    sum(gross_profit) as gross_profit,  -- US dollars: net less tax.
    -- US dollars a sale, after discount.
    (sum(net_amount) / count(*))::number(12, 2) as average_net_amount
from regional_marts.sales_fact
group by sale_date, region
