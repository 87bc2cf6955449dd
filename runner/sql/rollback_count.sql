-- How many rows of the table belong to each batch.
select
    batches.column1 as batch_start,
    count(loaded.{column}) as found
from values
    {batches}
as batches
left join {relation} as loaded
    on
        loaded.{column} >= batches.column1
        and loaded.{column} < batches.column2
group by batches.column1
order by batches.column1
