-- Some of the rows that changed, were removed and were added: key, values before, values after.
{surplus},

differences as (
    select
        'changed' as change,
        1 as copies,
        {pair_columns}
    from pairs
    where {differs}
    union all
    select
        iff(is_before, 'removed', 'added') as change,
        copies,
        {single_columns}
    from counted
    where not (befores = 1 and afters = 1)
)

select *
from differences
qualify row_number() over (partition by change order by {key}) <= {sample_rows}
order by change, {key}
