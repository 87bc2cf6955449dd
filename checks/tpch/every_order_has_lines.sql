-- An order whose lines have not landed is in the spend of its customer, and of no part.
--
-- @severity warn

select orders.order_key
from tpch_staging.stg_fct_orders as orders
where
    not exists (
        select 1
        from tpch_staging.stg_fct_lineitem as lines
        where lines.order_key = orders.order_key
    )
