-- The rows that two relations do not share. Rows that are equal cancel each other out, one for one;
-- `copies` of the rest are in the one that is before (`is_before`) or in the other. `befores` and
-- `afters` count those of a key: one and one is a row that changed.
with both_sides as (
    select
        {before_values},
        1 as side
    from {before} as compared
    union all
    select
        {after_values},
        -1 as side
    from {after} as compared
),

surplus as (
    select
        {columns},
        abs(sum(side)) as copies,
        sum(side) > 0 as is_before
    from both_sides
    group by {columns}
    having sum(side) <> 0
),

counted as (
    select
        {columns},
        copies,
        is_before,
        sum(iff(is_before, copies, 0)) over (partition by {key}) as befores,
        sum(iff(is_before, 0, copies)) over (partition by {key}) as afters
    from surplus
),

pairs as (
    select
        {pairs}
    from counted as old
    inner join counted as new
        on {same_key}
    where old.befores = 1 and old.afters = 1 and old.is_before and not new.is_before
)
