with facts as (select orders.order_id from raw.orders as orders)

select facts.order_id
from facts
where facts.order_id > (select max("FACTS".order_id) from "CORE"."FACTS")

-- on the first build

with facts as (select orders.order_id from raw.orders as orders)

select facts.order_id
from facts
