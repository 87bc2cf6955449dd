-- A clone that was made while a run held the lock of its origin is held by nobody.
update runner.locks
set
    owner = null,
    invocation_id = null,
    command = null,
    taken_at = null,
    beaten_at = null
