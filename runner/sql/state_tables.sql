-- What runs did, in the target's own database; rows are only ever added.
create schema if not exists runner
    comment = 'State of the runner: what ran, when, and how it ended';

create table if not exists runner.invocations (
    invocation_id varchar not null comment 'One run of a command; a UUID',
    status varchar not null comment 'running when it starts; success, failed or interrupted when it ends: two rows a run',
    recorded_at timestamp_ntz not null comment 'When this row was written, UTC',
    command varchar comment 'build or check',
    target varchar comment 'The target in runner.toml',
    selection varchar comment 'What was selected, as typed; empty for everything',
    full_refresh boolean comment 'Whether incremental models were built anew',
    runner_version varchar comment 'The version of the runner',
    seconds float comment 'How long it took; null while it runs'
)
comment = 'Runs: a row when one starts and a row when it ends; a killed run has no second row';

create table if not exists runner.node_results (
    invocation_id varchar not null comment 'The run',
    node varchar not null comment 'The relation as schema.name, or check:<name>',
    resource_type varchar comment 'model, snapshot or check',
    materialized varchar comment 'What was done: table, view, incremental merge, ...',
    path varchar comment 'The file, relative to the project',
    status varchar not null comment 'success, warn, fail (a check), error (a statement), skipped or fresh',
    reason varchar comment 'Why it was built or skipped',
    message varchar comment 'What went wrong',
    started_at timestamp_ntz comment 'UTC',
    seconds float comment 'How long it took',
    rows_written number(38, 0) comment 'Rows written, where the statement counts them',
    query_ids varchar comment 'Ids of its statements in the query history, separated by spaces',
    rows_quarantined number(38, 0) comment 'Rows sent to quarantine by a model that sends rows there'
)
comment = 'How every node of every run ended';

-- A table from before that column.
alter table runner.node_results add column if not exists rows_quarantined number(38, 0);

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
