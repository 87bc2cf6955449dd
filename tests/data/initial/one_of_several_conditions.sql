select orders.order_id
from raw.orders as orders
where
    orders.order_id is not null
    -- Only what is new.
    and orders.ingestion_ts > (select max(facts.ingestion_ts) from core.facts)
    and orders.amount between 1 and 5

-- on the first build

select orders.order_id
from raw.orders as orders
where
    orders.order_id is not null
    -- Only what is new.
    and orders.amount between 1 and 5
