-- A relation that took ten times its usual time, and more than a minute, is worth a look.
--
-- @severity warn

with timed_results as (
    select
        node,
        started_at,
        seconds,
        avg(seconds) over (
            partition by node
            order by started_at
            rows between 20 preceding and 1 preceding
        ) as usual_seconds
    from runner.node_results
    where status = 'success'
    qualify row_number() over (partition by node order by started_at desc) = 1
)

select
    node,
    started_at,
    seconds,
    usual_seconds
from timed_results
where
    seconds > 60
    and seconds > 10 * usual_seconds
