-- What discounts cost and whether more is bought for them; one row per rate of discount.

select
    discount,  -- Share of the price. @not_null @unique
    count(*) as line_count,  -- Order lines at that rate. @check line_count > 0
    sum(quantity) as total_quantity,  -- Pieces.
    (sum(quantity) / count(*))::number(12, 2) as average_quantity,  -- Pieces in a line.
    -- US dollars before discount. @not_null
    sum(extended_price)::number(18, 2) as gross_amount,
    -- US dollars that were let off. @not_null @check discount_amount >= 0
    sum(extended_price - discounted_price)::number(18, 2) as discount_amount,
    -- US dollars after discount. @not_null
    sum(discounted_price)::number(18, 2) as total_revenue,
    -- US dollars: revenue less what the suppliers take. @not_null
    sum(profit)::number(18, 2) as total_profit,
    -- Profit in percent of the revenue.
    (100 * sum(profit) / nullif(sum(discounted_price), 0))::number(9, 2)
        as profit_percent
from tpch_intermediate.int_order_lineitems
group by discount
