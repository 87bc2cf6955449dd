-- Of each node the newest row of every sort, and where a killed run was going to touch it. Narrow
-- columns find the rows, so that a long history costs little.
with newest_rows as (
    select
        node,
        status,
        fingerprint is not null as has_fingerprint,
        max(started_at) as started_at
    from runner.node_results
    group by
        node,
        status,
        fingerprint is not null
)

select
    node_results.node,
    node_results.started_at,
    node_results.status,
    node_results.seconds,
    node_results.message,
    node_results.fingerprint,
    node_results.inputs,
    node_results.version,
    node_results.column_versions
from runner.node_results
inner join newest_rows
    on
        node_results.node = newest_rows.node
        and node_results.started_at = newest_rows.started_at
union all
select
    unknown_nodes.node,
    unknown_nodes.began_at as started_at,
    iff(unknown_nodes.is_anew, 'unknown anew', 'unknown') as status,
    null as seconds,
    null as message,
    null as fingerprint,
    null as inputs,
    null as version,
    null as column_versions
from runner.unknown_nodes
