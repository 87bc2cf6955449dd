with both_sides as (
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        to_json(compared.address) as c3,
        compared.ordered::timestamp_ntz as c4,
        compared.status::varchar as c5,
        st_aswkt(compared.place) as c6,
        1 as side
    from RETAIL_PROD.retail_core.fact_orders as compared
    union all
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        to_json(compared.address) as c3,
        compared.ordered::timestamp_ntz as c4,
        compared.status::varchar as c5,
        st_aswkt(compared.place) as c6,
        -1 as side
    from RETAIL_PR_1.retail_core.fact_orders as compared
),

surplus as (
    select
        c1, c2, c3, c4, c5, c6,
        abs(sum(side)) as copies,
        sum(side) > 0 as is_before
    from both_sides
    group by c1, c2, c3, c4, c5, c6
    having sum(side) <> 0
),

counted as (
    select
        c1, c2, c3, c4, c5, c6,
        copies,
        is_before,
        sum(iff(is_before, copies, 0)) over (partition by c1) as befores,
        sum(iff(is_before, 0, copies)) over (partition by c1) as afters
    from surplus
),

pairs as (
    select
        old.c1,
        old.c2 as old_c2,
        new.c2 as new_c2,
        old.c2 is distinct from new.c2 and not coalesce(abs(old.c2 - new.c2) < 1.5e-11 * least(abs(old.c2), abs(new.c2)), false) as differs_c2,
        old.c3 as old_c3,
        new.c3 as new_c3,
        old.c3 is distinct from new.c3 as differs_c3,
        old.c4 as old_c4,
        new.c4 as new_c4,
        old.c4 is distinct from new.c4 as differs_c4,
        old.c5 as old_c5,
        new.c5 as new_c5,
        old.c5 is distinct from new.c5 as differs_c5,
        old.c6 as old_c6,
        new.c6 as new_c6,
        old.c6 is distinct from new.c6 as differs_c6
    from counted as old
    inner join counted as new
        on equal_null(old.c1, new.c1)
    where old.befores = 1 and old.afters = 1 and old.is_before and not new.is_before
)

select
    (select count(*) from RETAIL_PROD.retail_core.fact_orders) as rows_before,
    (select count(*) from RETAIL_PR_1.retail_core.fact_orders) as rows_after,
    (select coalesce(sum(iff(is_before, copies, 0)), 0) from surplus) as only_before,
    (select coalesce(sum(iff(is_before, 0, copies)), 0) from surplus) as only_after,
    count(*) as pairs,
    count_if(differs_c2 or differs_c3 or differs_c4 or differs_c5 or differs_c6) as changed,
    count_if(differs_c2) as changed_c2,
    count_if(differs_c3) as changed_c3,
    count_if(differs_c4) as changed_c4,
    count_if(differs_c5) as changed_c5,
    count_if(differs_c6) as changed_c6
from pairs;

with both_sides as (
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        to_json(compared.address) as c3,
        compared.ordered::timestamp_ntz as c4,
        compared.status::varchar as c5,
        st_aswkt(compared.place) as c6,
        1 as side
    from RETAIL_PROD.retail_core.fact_orders as compared
    union all
    select
        compared.order_id as c1,
        iff(abs(compared."Net x"::float) between 1e-300 and 1e300, round(compared."Net x"::float, greatest(-38, least(38, 11 - floor(log(10, abs(compared."Net x"::float)))))::integer), compared."Net x"::float) as c2,
        to_json(compared.address) as c3,
        compared.ordered::timestamp_ntz as c4,
        compared.status::varchar as c5,
        st_aswkt(compared.place) as c6,
        -1 as side
    from RETAIL_PR_1.retail_core.fact_orders as compared
),

surplus as (
    select
        c1, c2, c3, c4, c5, c6,
        abs(sum(side)) as copies,
        sum(side) > 0 as is_before
    from both_sides
    group by c1, c2, c3, c4, c5, c6
    having sum(side) <> 0
),

counted as (
    select
        c1, c2, c3, c4, c5, c6,
        copies,
        is_before,
        sum(iff(is_before, copies, 0)) over (partition by c1) as befores,
        sum(iff(is_before, 0, copies)) over (partition by c1) as afters
    from surplus
),

pairs as (
    select
        old.c1,
        old.c2 as old_c2,
        new.c2 as new_c2,
        old.c2 is distinct from new.c2 and not coalesce(abs(old.c2 - new.c2) < 1.5e-11 * least(abs(old.c2), abs(new.c2)), false) as differs_c2,
        old.c3 as old_c3,
        new.c3 as new_c3,
        old.c3 is distinct from new.c3 as differs_c3,
        old.c4 as old_c4,
        new.c4 as new_c4,
        old.c4 is distinct from new.c4 as differs_c4,
        old.c5 as old_c5,
        new.c5 as new_c5,
        old.c5 is distinct from new.c5 as differs_c5,
        old.c6 as old_c6,
        new.c6 as new_c6,
        old.c6 is distinct from new.c6 as differs_c6
    from counted as old
    inner join counted as new
        on equal_null(old.c1, new.c1)
    where old.befores = 1 and old.afters = 1 and old.is_before and not new.is_before
),

differences as (
    select
        'changed' as change,
        1 as copies,
        c1,
        old_c2,
        old_c3,
        old_c4,
        old_c5,
        old_c6,
        new_c2,
        new_c3,
        new_c4,
        new_c5,
        new_c6
    from pairs
    where differs_c2 or differs_c3 or differs_c4 or differs_c5 or differs_c6
    union all
    select
        iff(is_before, 'removed', 'added') as change,
        copies,
        c1,
        iff(is_before, c2, null) as old_c2,
        iff(is_before, c3, null) as old_c3,
        iff(is_before, c4, null) as old_c4,
        iff(is_before, c5, null) as old_c5,
        iff(is_before, c6, null) as old_c6,
        iff(is_before, null, c2) as new_c2,
        iff(is_before, null, c3) as new_c3,
        iff(is_before, null, c4) as new_c4,
        iff(is_before, null, c5) as new_c5,
        iff(is_before, null, c6) as new_c6
    from counted
    where not (befores = 1 and afters = 1)
)

select *
from differences
qualify row_number() over (partition by change order by c1) <= 5
order by change, c1;
