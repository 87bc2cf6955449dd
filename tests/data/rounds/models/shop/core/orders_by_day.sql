-- What was delivered on each day, a batch for every day.
--
-- @materialized incremental
-- @incremental_strategy delete+insert
-- @unique_key delivered_on
-- @batch day
-- @batch_by delivered_on
-- @begin 2024-01-01

select
    dateadd('day', delivery, '2024-01-01'::timestamp_ntz) as delivered_on,  -- @not_null
    count(*) as total_orders,
    sum(amount) as total_amount
from shop_staging.stg_orders
where
    dateadd('day', delivery, '2024-01-01'::timestamp_ntz) >= $batch_start
    and dateadd('day', delivery, '2024-01-01'::timestamp_ntz) < $batch_end
group by delivery
