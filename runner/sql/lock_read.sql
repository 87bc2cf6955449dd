select
    owner,
    invocation_id,
    command,
    taken_at,
    beaten_at < dateadd(second, -{patience}, sysdate()) as is_silent,
    datediff(second, beaten_at, sysdate()) as silent_seconds
from runner.locks
where invocation_id is not null
