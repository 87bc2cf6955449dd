-- What runs have built: of each relation when that last went well, how, and whether rows may be in
-- it that are nowhere else.
select
    node,
    max(started_at) as built_at,
    max_by(materialized, started_at) as materialized,
    count_if(materialized in ('snapshot', 'move', 'empty table')) > 0 as is_history
from runner.node_results
where
    resource_type in ('model', 'snapshot')
    and status in ('success', 'warn')
    and materialized not in ('check', 'kept')
group by node;

drop view if exists core.a;
