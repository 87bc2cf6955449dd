-- What runs did, in the target's own database; rows are only ever added.
create schema if not exists runner
    comment = 'State of the runner: what ran, when, and how it ended';

create table if not exists runner.invocations (
    invocation_id varchar not null comment 'One run of a command; a UUID',
    status varchar not null comment 'running when it starts; success, failed or interrupted when it ends: two rows a run',
    recorded_at timestamp_ntz not null comment 'When this row was written, UTC',
    command varchar comment 'build, check, retry or rollback',
    target varchar comment 'The target in runner.toml',
    selection varchar comment 'What was selected, as typed; empty for everything',
    full_refresh boolean comment 'Whether incremental models were built anew',
    runner_version varchar comment 'The version of the runner',
    seconds float comment 'How long it took; null while it runs',
    nodes varchar comment 'What it was going to touch, a line for each node; null where it ends',
    options varchar comment 'What `runner retry` repeats of what was typed, as JSON',
    anew varchar comment 'The nodes of which it was going to make all rows anew, a line for each'
)
comment = 'Runs: a row when one starts and a row when it ends; a killed run has no second row';

-- A table from before these columns.
alter table runner.invocations add column if not exists nodes varchar;
alter table runner.invocations add column if not exists options varchar;
alter table runner.invocations add column if not exists anew varchar;

create table if not exists runner.node_results (
    invocation_id varchar not null comment 'The run',
    node varchar not null comment 'The relation as schema.name, or check:<name>',
    resource_type varchar comment 'model, snapshot or check',
    materialized varchar comment 'What was done: table, view, incremental merge, ...',
    path varchar comment 'The file, relative to the project',
    status varchar not null comment 'success, warn, fail (a check), error (a statement), skipped or fresh; rolled back, rows moved or reset: what happened to it otherwise',
    reason varchar comment 'Why it was built or skipped',
    message varchar comment 'What went wrong',
    started_at timestamp_ntz comment 'UTC',
    seconds float comment 'How long it took',
    rows_written number(38, 0) comment 'Rows written, where the statement counts them',
    query_ids varchar comment 'Ids of its statements in the query history, separated by spaces',
    rows_quarantined number(38, 0) comment 'Rows sent to quarantine by a model that sends rows there',
    fingerprint varchar comment 'What it was made of: of its file, by digests; null unless it succeeded or left its first batches, empty after a reset',
    inputs varchar comment 'The versions of what it read, as JSON by name; null where the fingerprint is',
    version varchar comment 'The run in which its content last changed; null where that is not known to have changed',
    column_versions varchar comment 'The runs in which single columns changed since, as JSON by name'
)
comment = 'How every node of every run ended, and what that leaves to compare with';

-- A table from before these columns.
alter table runner.node_results add column if not exists rows_quarantined number(38, 0);
alter table runner.node_results add column if not exists fingerprint varchar;
alter table runner.node_results add column if not exists inputs varchar;
alter table runner.node_results add column if not exists version varchar;
alter table runner.node_results add column if not exists column_versions varchar;

create table if not exists runner.check_results (
    invocation_id varchar not null comment 'The run',
    node varchar not null comment 'The relation that was checked, or check:<name>',
    check_name varchar not null comment 'The check, unique within its node',
    check_kind varchar comment 'not_null, unique, accepted_values, references, check, check_aggregate, query or freshness',
    severity varchar comment 'error or warn',
    status varchar not null comment 'success, warn, fail, error or skipped',
    failures number(38, 0) comment 'How many rows violate it; one for an aggregate that does not hold',
    message varchar comment 'What was found',
    path varchar comment 'The file, relative to the project',
    line number(38, 0) comment 'The line of the check in it',
    checked_at timestamp_ntz comment 'UTC'
)
comment = 'How every check of every run ended';


create table if not exists runner.batches (
    node varchar not null comment 'A model with @batch',
    generation number(38, 0) not null comment 'Counts how often its table was made anew; older ones are history',
    batch_start timestamp_ntz comment 'The first moment of the batch, UTC',
    batch_end timestamp_ntz comment 'The first moment after it, UTC',
    status varchar not null comment 'done, partial (its time was not over), failed or rolled back; begun when a table is made, without a batch',
    rows_read number(38, 0) comment 'Rows that its query gave; null unless it was done',
    invocation_id varchar not null comment 'The run, or the rollback',
    recorded_at timestamp_ntz not null comment 'UTC, by the clock of the database; of a batch the newest row counts'
)
comment = 'The ledger of batches: what was done is written in the transaction of its rows';

create table if not exists runner.locks (
    owner varchar comment 'Who changes the database; null while nobody does',
    machine varchar comment 'Where that runs',
    process number(38, 0) comment 'Its number there',
    invocation_id varchar comment 'The run',
    command varchar comment 'What was typed',
    taken_at timestamp_ntz comment 'Since when, UTC',
    beaten_at timestamp_ntz comment 'When it last said that it goes on, UTC; after two minutes of silence another run takes over'
)
comment = 'Which run may change the database. The only table whose rows are changed; a second row, made by two runs that began together, does no harm';

insert into runner.locks (owner)
select null as owner
where not exists (select 1 from runner.locks);

create or replace view runner.unknown_nodes (
    invocation_id comment 'A run that has not ended',
    node comment 'A node that it was going to touch and left no result of',
    began_at comment 'When the run began, UTC',
    is_anew comment 'Whether it was going to make all rows of an incremental model anew'
)
comment = 'What runs that were killed may have left half done; of a run that goes on, what is still to come'
as
with open_runs as (
    select
        invocation_id,
        min(recorded_at) as began_at
    from runner.invocations
    group by invocation_id
    having count_if(status <> 'running') = 0
),

touched_nodes as (
    select
        open_runs.invocation_id,
        lines.value::varchar as node,
        open_runs.began_at,
        position(
            chr(10) || lines.value::varchar || chr(10),
            chr(10) || coalesce(begun_runs.anew, '') || chr(10)
        ) > 0 as is_anew
    from open_runs
    inner join runner.invocations as begun_runs
        on open_runs.invocation_id = begun_runs.invocation_id
    cross join lateral flatten(input => split(begun_runs.nodes, chr(10))) as lines
)

select
    touched_nodes.invocation_id,
    touched_nodes.node,
    touched_nodes.began_at,
    touched_nodes.is_anew
from touched_nodes
left join runner.node_results as known_results
    on
        touched_nodes.invocation_id = known_results.invocation_id
        and touched_nodes.node = known_results.node
where
    known_results.node is null
    and touched_nodes.node <> '';

create or replace view runner.nodes (
    node comment 'The relation as schema.name, or check:<name>',
    resource_type comment 'model, snapshot or check',
    path comment 'The file, relative to the project',
    status comment 'How its last attempt ended; unknown when its run was killed, or goes on',
    reason comment 'Why it was built or skipped then',
    message comment 'What went wrong then',
    attempted_at comment 'When that attempt began, UTC',
    succeeded_at comment 'When its last success began, UTC',
    seconds comment 'How long that took',
    rows_written comment 'Rows that it wrote, where the statement counts them',
    rows_quarantined comment 'Rows that it sent to quarantine',
    fingerprint comment 'What it was made of, by digests; empty after a reset',
    inputs comment 'The versions of what it read, as JSON by name',
    version comment 'The run in which its content last changed',
    column_versions comment 'The runs in which single columns changed since, as JSON by name'
)
comment = 'What is known of each node: its last attempt and its last success'
as
with attempts as (
    select
        node,
        resource_type,
        path,
        status,
        reason,
        message,
        started_at,
        iff(status in ('success', 'warn'), started_at, null) as succeeded_at,
        seconds,
        rows_written,
        rows_quarantined,
        iff(fingerprint is not null, started_at, null) as left_at,
        fingerprint,
        inputs,
        iff(version is not null, started_at, null) as changed_at,
        version,
        column_versions
    from runner.node_results
    union all
    select
        node,
        null as resource_type,
        null as path,
        'unknown' as status,
        null as reason,
        null as message,
        began_at as started_at,
        null as succeeded_at,
        null as seconds,
        null as rows_written,
        null as rows_quarantined,
        null as left_at,
        null as fingerprint,
        null as inputs,
        null as changed_at,
        null as version,
        null as column_versions
    from runner.unknown_nodes
)

select
    node,
    max(resource_type) as resource_type,
    max_by(path, iff(path is not null, started_at, null)) as path,
    max_by(status, started_at) as status,
    max_by(reason, started_at) as reason,
    max_by(message, started_at) as message,
    max(started_at) as attempted_at,
    max(succeeded_at) as succeeded_at,
    max_by(seconds, succeeded_at) as seconds,
    max_by(rows_written, succeeded_at) as rows_written,
    max_by(rows_quarantined, succeeded_at) as rows_quarantined,
    max_by(fingerprint, left_at) as fingerprint,
    max_by(inputs, left_at) as inputs,
    max_by(version, changed_at) as version,
    max_by(column_versions, changed_at) as column_versions
from attempts
group by node;

create or replace view runner.runs (
    invocation_id comment 'One run of a command',
    command comment 'build, check, rollback, ...',
    target comment 'The target in runner.toml',
    selection comment 'What was selected, as typed; empty for everything',
    full_refresh comment 'Whether incremental models were built anew',
    runner_version comment 'The version of the runner',
    status comment 'success, failed, interrupted, running or killed; unfinished for a check that is running or was killed',
    started_at comment 'UTC',
    seconds comment 'How long it took',
    total_nodes comment 'Nodes that have a result',
    succeeded_nodes comment 'Those that succeeded, warnings among them',
    warned_nodes comment 'Those with a check that warned',
    failed_nodes comment 'Those with a check or a statement that failed',
    skipped_nodes comment 'Those that were skipped',
    fresh_nodes comment 'Those that turned out to have nothing to do',
    unknown_nodes comment 'Those that it was going to touch and left no result of'
)
comment = 'Runs, one row each'
as
with ends as (
    select
        invocation_id,
        max(command) as command,
        max(target) as target,
        max(selection) as selection,
        boolor_agg(full_refresh) as full_refresh,
        max(runner_version) as runner_version,
        max_by(status, iff(status = 'running', 0, 1)) as status,
        min(recorded_at) as started_at,
        max(seconds) as seconds
    from runner.invocations
    group by invocation_id
),

results as (
    select
        invocation_id,
        count(*) as total_nodes,
        count_if(status in ('success', 'warn')) as succeeded_nodes,
        count_if(status = 'warn') as warned_nodes,
        count_if(status in ('fail', 'error')) as failed_nodes,
        count_if(status = 'skipped') as skipped_nodes,
        count_if(status = 'fresh') as fresh_nodes
    from runner.node_results
    group by invocation_id
),

gaps as (
    select
        invocation_id,
        count(*) as unknown_nodes
    from runner.unknown_nodes
    group by invocation_id
)

select
    ends.invocation_id,
    ends.command,
    ends.target,
    ends.selection,
    ends.full_refresh,
    ends.runner_version,
    case
        when ends.status <> 'running' then ends.status
        when locks.beaten_at > dateadd(minute, -2, sysdate()) then 'running'
        when ends.command = 'check' then 'unfinished'
        else 'killed'
    end as status,
    ends.started_at,
    ends.seconds,
    coalesce(results.total_nodes, 0) as total_nodes,
    coalesce(results.succeeded_nodes, 0) as succeeded_nodes,
    coalesce(results.warned_nodes, 0) as warned_nodes,
    coalesce(results.failed_nodes, 0) as failed_nodes,
    coalesce(results.skipped_nodes, 0) as skipped_nodes,
    coalesce(results.fresh_nodes, 0) as fresh_nodes,
    coalesce(gaps.unknown_nodes, 0) as unknown_nodes
from ends
left join results
    on ends.invocation_id = results.invocation_id
left join gaps
    on ends.invocation_id = gaps.invocation_id
left join runner.locks as locks
    on ends.invocation_id = locks.invocation_id;

create or replace view runner.checks (
    node comment 'The relation that was checked, or check:<name>',
    check_name comment 'The check, unique within its node',
    check_kind comment 'not_null, unique, accepted_values, references, check, check_aggregate, query or freshness',
    severity comment 'error or warn',
    status comment 'How it ended last: success, warn, fail, error or skipped',
    failures comment 'How many rows violated it then; one for an aggregate that does not hold',
    message comment 'What was found',
    path comment 'The file, relative to the project',
    line comment 'The line of the check in it',
    checked_at comment 'When it ended last, UTC',
    failing_since comment 'When it first did not succeed since its last success, UTC; null when it succeeded last',
    total_runs comment 'How often it has run'
)
comment = 'Checks, one row each: how each ended last'
as
with attempts as (
    select
        *,
        max(iff(status = 'success', checked_at, null))
            over (partition by node, check_name)
            as succeeded_at
    from runner.check_results
)

select
    node,
    check_name,
    max_by(check_kind, checked_at) as check_kind,
    max_by(severity, checked_at) as severity,
    max_by(status, checked_at) as status,
    max_by(failures, checked_at) as failures,
    max_by(message, checked_at) as message,
    max_by(path, checked_at) as path,
    max_by(line, checked_at) as line,
    max(checked_at) as checked_at,
    min(iff(status <> 'skipped' and checked_at > coalesce(succeeded_at, '1970-01-01'), checked_at, null))
        as failing_since,
    count(*) as total_runs
from attempts
group by
    node,
    check_name;
