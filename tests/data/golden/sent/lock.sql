update runner.locks
set
    owner = 'ada',
    machine = 'laptop',
    process = 1,
    invocation_id = 'one',
    command = 'runner build --select a',
    taken_at = sysdate(),
    beaten_at = sysdate()
where
    not exists (
        select 1
        from runner.locks as held_locks
        where
            held_locks.invocation_id <> 'one'
            and (
                held_locks.invocation_id <> ''
                or held_locks.beaten_at > '1970-01-01 00:00:01'::timestamp_ntz
            )
    );

update runner.locks
set beaten_at = sysdate()
where invocation_id = 'one';

update runner.locks
set
    owner = 'ada',
    machine = 'laptop',
    process = 1,
    invocation_id = 'two',
    command = 'runner rollback --select a',
    taken_at = sysdate(),
    beaten_at = sysdate()
where
    not exists (
        select 1
        from runner.locks as held_locks
        where
            held_locks.invocation_id <> 'two'
            and (
                held_locks.invocation_id <> ''
                or held_locks.beaten_at > '1970-01-01 00:00:01'::timestamp_ntz
            )
    );

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
where invocation_id is not null;

update runner.locks
set
    owner = null,
    machine = null,
    process = null,
    invocation_id = null,
    command = null,
    taken_at = null,
    beaten_at = null
where invocation_id = 'one';
