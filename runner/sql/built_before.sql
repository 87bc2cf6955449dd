select distinct node
from runner.node_results
where node in ({nodes})
