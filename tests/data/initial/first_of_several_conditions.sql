select orders.order_id
from raw.orders as orders
where
    orders.ingestion_ts > (select max(facts.ingestion_ts) from core.facts)
    and case when orders.a and orders.b then true else false end  -- Odd, but so it is.
order by orders.order_id

-- on the first build

select orders.order_id
from raw.orders as orders
where
    case when orders.a and orders.b then true else false end  -- Odd, but so it is.
order by orders.order_id
