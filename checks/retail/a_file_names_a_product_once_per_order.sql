-- fact_orderitems keeps one row per order and product: of two different lines for the same
-- product in one file, one would be lost.
--
-- @severity warn

select
    order_id,
    product_id,
    file_name,
    count(distinct quantity || ' ' || line_total) as different_lines
from retail_staging.stg_orderitems
group by order_id, product_id, file_name
having count(distinct quantity || ' ' || line_total) > 1
