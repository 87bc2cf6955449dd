select
    owner,
    machine,
    process,
    invocation_id,
    command,
    taken_at,
    beaten_at,
    datediff(second, beaten_at, sysdate()) as silent_seconds
from runner.locks
where invocation_id is not null
