with checked__ as (
-- All sales.

select id, amount  -- @not_null
from raw.sales
)

select
    check_1
from (
    select
        count(*) - count(amount) as check_1
    from checked__ as seen
) as scan_1;

create or replace view core.seen
    copy grants
    comment = 'All sales.'
as
-- All sales.

select id, amount  -- @not_null
from raw.sales;
