create or replace table core.checked__next
as
-- @materialized table

select id, amount  -- @check amount > 0
from raw.sales;

select
    check_1
from (
    select
        count_if(not (amount > 0)) as check_1
    from core.checked__next as checked
) as scan_1;

create or replace table core.checked clone core.checked__next copy grants;

drop table core.checked__next;
