update runner.locks
set beaten_at = sysdate()
where invocation_id = {invocation}
