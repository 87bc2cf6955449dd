-- Every sale that a batch delivered is in quarantine, removed, replaced by a newer version
-- or in the fact, and the report counts all sales of the fact.

with reported as (
    select
        coalesce(sum(fact_sales), 0) as fact_sales,
        count_if(superseded_sales < 0) as rows_with_too_many
    from regional_marts.load_report
),

loaded as (
    select count(*) as fact_sales
    from regional_marts.sales_fact
)

select
    reported.fact_sales as reported_sales,
    loaded.fact_sales,
    reported.rows_with_too_many
from reported
cross join loaded
where reported.fact_sales <> loaded.fact_sales or reported.rows_with_too_many > 0
