-- Something happened to nodes that is no attempt to build them; a line (chr 30) for each node.
insert into runner.node_results (
    invocation_id,
    node,
    status,
    started_at,
    seconds,
    fingerprint,
    inputs,
    version,
    column_versions
)
select
    {invocation},
    flattened.value::varchar,
    {status},
    {happened_at},
    0,
    {fingerprint},
    {fingerprint},
    {version},
    {fingerprint}
from table(flatten(input => split({nodes}, '\x1e'))) as flattened
