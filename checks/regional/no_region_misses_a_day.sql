-- A region that did not answer does not stop the others. It is told here until it arrives.
--
-- @severity warn

select
    batch_id,
    region
from regional_marts.load_report
where load_state = 'missing'
