-- UPDATE statements of one table wait for each other (Snowflake's page *Transactions*), so one of
-- several runs gets the lock. What any row says counts for all of them. A run that is dead does not
-- hold it against who names it, and nobody holds it against himself.
update runner.locks
set
    owner = {owner},
    machine = {machine},
    process = {process},
    invocation_id = {invocation},
    command = {command},
    taken_at = sysdate(),
    beaten_at = sysdate()
where
    not exists (
        select 1
        from runner.locks as held_locks
        where
            held_locks.invocation_id <> {invocation}
            and (
                held_locks.invocation_id <> {dead}
                or held_locks.beaten_at > {beaten}
            )
    )
