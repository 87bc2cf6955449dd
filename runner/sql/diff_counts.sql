-- How many rows differ, and of those whose key is the same in how many each column does.
{surplus}

select
    (select count(*) from {before}) as rows_before,
    (select count(*) from {after}) as rows_after,
    (select coalesce(sum(iff(is_before, copies, 0)), 0) from surplus) as only_before,
    (select coalesce(sum(iff(is_before, 0, copies)), 0) from surplus) as only_after,
    count(*) as pairs,
    {changed}
from pairs
