update runner.locks
set
    owner = null,
    machine = null,
    process = null,
    invocation_id = null,
    command = null,
    taken_at = null,
    beaten_at = null
where invocation_id = {invocation}
