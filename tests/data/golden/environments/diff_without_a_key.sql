with both_sides as (
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        1 as side
    from RETAIL_PROD.retail_core.fact_orders as compared
    union all
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        -1 as side
    from RETAIL_PR_1.retail_core.fact_orders as compared
),

surplus as (
    select
        c1, c2,
        abs(sum(side)) as copies,
        sum(side) > 0 as is_before
    from both_sides
    group by c1, c2
    having sum(side) <> 0
),

counted as (
    select
        c1, c2,
        copies,
        is_before,
        sum(iff(is_before, copies, 0)) over (partition by c1, c2) as befores,
        sum(iff(is_before, 0, copies)) over (partition by c1, c2) as afters
    from surplus
),

pairs as (
    select
        old.c1,
        old.c2
    from counted as old
    inner join counted as new
        on equal_null(old.c1, new.c1)
        and equal_null(old.c2, new.c2)
    where old.befores = 1 and old.afters = 1 and old.is_before and not new.is_before
)

select
    (select count(*) from RETAIL_PROD.retail_core.fact_orders) as rows_before,
    (select count(*) from RETAIL_PR_1.retail_core.fact_orders) as rows_after,
    (select coalesce(sum(iff(is_before, copies, 0)), 0) from surplus) as only_before,
    (select coalesce(sum(iff(is_before, 0, copies)), 0) from surplus) as only_after,
    count(*) as pairs,
    count_if(false) as changed
from pairs;

with both_sides as (
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        1 as side
    from RETAIL_PROD.retail_core.fact_orders as compared
    union all
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        -1 as side
    from RETAIL_PR_1.retail_core.fact_orders as compared
),

surplus as (
    select
        c1, c2,
        abs(sum(side)) as copies,
        sum(side) > 0 as is_before
    from both_sides
    group by c1, c2
    having sum(side) <> 0
),

counted as (
    select
        c1, c2,
        copies,
        is_before,
        sum(iff(is_before, copies, 0)) over (partition by c1, c2) as befores,
        sum(iff(is_before, 0, copies)) over (partition by c1, c2) as afters
    from surplus
),

pairs as (
    select
        old.c1,
        old.c2
    from counted as old
    inner join counted as new
        on equal_null(old.c1, new.c1)
        and equal_null(old.c2, new.c2)
    where old.befores = 1 and old.afters = 1 and old.is_before and not new.is_before
),

differences as (
    select
        'changed' as change,
        1 as copies,
        c1,
        c2
    from pairs
    where false
    union all
    select
        iff(is_before, 'removed', 'added') as change,
        copies,
        c1,
        c2
    from counted
    where not (befores = 1 and afters = 1)
)

select *
from differences
qualify row_number() over (partition by change order by c1, c2) <= 5
order by change, c1, c2;
