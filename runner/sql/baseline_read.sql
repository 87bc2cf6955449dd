select
    relation,
    token,
    version
from runner.clone_baseline
