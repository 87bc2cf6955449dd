-- How good the rows are that landed on each day, and whether they get better; one row per
-- day (UTC) and source.
--
-- @unique loaded_on, source

with days as (
    select
        ingestion_ts::date as loaded_on,
        source,
        count(*) as total_rows,
        sum(data_quality_score) as total_score,
        min(data_quality_score) as lowest_score,
        count_if(data_quality_score = 100) as full_rows
    from sales_monitoring.judged_rows
    group by ingestion_ts::date, source
),

weeks as (
    select
        *,
        sum(total_score) over (
            partition by source
            order by loaded_on
            rows between 6 preceding and current row
        ) as score_of_7_days,
        sum(total_rows) over (
            partition by source
            order by loaded_on
            rows between 6 preceding and current row
        ) as rows_of_7_days
    from days
)

select
    loaded_on,  -- The day it was loaded, UTC. @not_null
    source,  -- Where it came from: stream, batch, products or stores.
    total_rows,  -- Rows that landed, those in quarantine too.
    -- Of all rows. @check average_score between 0 and 100
    (total_score / total_rows)::number(5, 2) as average_score,
    lowest_score,
    (full_rows / total_rows)::number(7, 6) as share_of_full_rows,  -- Which score 100.
    -- Of the rows of this and the last six days on which any landed.
    (score_of_7_days / rows_of_7_days)::number(5, 2) as average_score_of_7_days,
    -- Against the day before on which any landed; null for the first.
    (
        total_score / total_rows
        - lag(total_score / total_rows) over (partition by source order by loaded_on)
    )::number(5, 2) as change_of_score
from weeks
