-- How many rows of the table belong to each of these batches.
select
    date_trunc({size}, loaded.{column}::timestamp_ltz::timestamp_ntz) as batch_start,
    count(*) as found
from {relation} as loaded
where
    {times}
group by date_trunc({size}, loaded.{column}::timestamp_ltz::timestamp_ntz)
