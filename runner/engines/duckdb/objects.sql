create table if not exists $schema.objects (
    kind varchar not null,
    schema_name varchar not null,
    name varchar not null,
    body varchar
);

-- Changes of rows, table by table: when, in microseconds since 1970, and how many.
create table if not exists $schema.changes (
    schema_name varchar not null,
    name varchar not null,
    changed_at bigint not null,
    changes bigint not null
);

-- What was loaded, file by file, beside the rows themselves: one transaction writes both.
-- `owner` is the identity of the table (COPY) or of the pipe whose load metadata this is; `hidden`
-- rows are older than the table's last truncation, which COPY_HISTORY does not show.
create table if not exists $schema.loads (
    owner varchar not null,
    table_id varchar not null,
    table_schema varchar not null,
    table_name varchar not null,
    pipe_schema varchar,
    pipe_name varchar,
    stage_location varchar not null,
    file_name varchar not null,
    file_size bigint not null,
    etag varchar not null,
    status varchar not null,
    rows_parsed bigint not null,
    rows_loaded bigint not null,
    error_count bigint not null,
    error_limit bigint not null,
    first_error varchar,
    first_error_line bigint,
    first_error_character bigint,
    first_error_column varchar,
    received_at timestamptz,
    loaded_at timestamptz not null,
    hidden boolean not null default false
);
