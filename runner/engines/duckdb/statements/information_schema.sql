-- The columns of the views of INFORMATION_SCHEMA, as Snowflake documents them (pages
-- "TABLES view", "COLUMNS view", … of the Information Schema). Read once, never executed.

create table databases (
    database_name varchar,
    database_owner varchar,
    is_transient varchar,
    comment varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    retention_time number(9, 0),
    type varchar,
    owner_role_type varchar
);

create table schemata (
    catalog_name varchar,
    schema_name varchar,
    schema_owner varchar,
    is_transient varchar,
    is_managed_access varchar,
    retention_time number(9, 0),
    default_character_set_catalog varchar,
    default_character_set_schema varchar,
    default_character_set_name varchar,
    sql_path varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    comment varchar,
    owner_role_type varchar
);

create table tables (
    table_catalog varchar,
    table_schema varchar,
    table_name varchar,
    table_owner varchar,
    table_type varchar,
    is_transient varchar,
    clustering_key varchar,
    row_count number(38, 0),
    bytes number(38, 0),
    retention_time number(9, 0),
    self_referencing_column_name varchar,
    reference_generation varchar,
    user_defined_type_catalog varchar,
    user_defined_type_schema varchar,
    user_defined_type_name varchar,
    is_insertable_into varchar,
    is_typed varchar,
    commit_action varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    last_ddl timestamp_ltz,
    last_ddl_by varchar,
    auto_clustering_on varchar,
    comment varchar,
    is_temporary varchar,
    is_iceberg varchar,
    is_dynamic varchar,
    is_immutable varchar,
    is_hybrid varchar
);

create table columns (
    table_catalog varchar,
    table_schema varchar,
    table_name varchar,
    column_name varchar,
    ordinal_position number(9, 0),
    column_default varchar,
    is_nullable varchar,
    data_type varchar,
    character_maximum_length number(9, 0),
    character_octet_length number(9, 0),
    numeric_precision number(9, 0),
    numeric_precision_radix number(9, 0),
    numeric_scale number(9, 0),
    datetime_precision number(9, 0),
    interval_type varchar,
    interval_precision number(9, 0),
    character_set_catalog varchar,
    character_set_schema varchar,
    character_set_name varchar,
    collation_catalog varchar,
    collation_schema varchar,
    collation_name varchar,
    domain_catalog varchar,
    domain_schema varchar,
    domain_name varchar,
    udt_catalog varchar,
    udt_schema varchar,
    udt_name varchar,
    scope_catalog varchar,
    scope_schema varchar,
    scope_name varchar,
    maximum_cardinality number(9, 0),
    dtd_identifier varchar,
    is_self_referencing varchar,
    is_identity varchar,
    identity_generation varchar,
    identity_start varchar,
    identity_increment varchar,
    identity_maximum varchar,
    identity_minimum varchar,
    identity_cycle varchar,
    identity_ordered varchar,
    schema_evolution_record varchar,
    comment varchar
);

create table views (
    table_catalog varchar,
    table_schema varchar,
    table_name varchar,
    table_owner varchar,
    view_definition varchar,
    check_option varchar,
    is_updatable varchar,
    insertable_into varchar,
    is_secure varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    last_ddl timestamp_ltz,
    last_ddl_by varchar,
    comment varchar
);

create table sequences (
    sequence_catalog varchar,
    sequence_schema varchar,
    sequence_name varchar,
    sequence_owner varchar,
    data_type varchar,
    numeric_precision number(9, 0),
    numeric_precision_radix number(9, 0),
    numeric_scale number(9, 0),
    start_value varchar,
    minimum_value varchar,
    maximum_value varchar,
    next_value varchar,
    "INCREMENT" varchar,
    cycle_option varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    ordered varchar,
    comment varchar
);

create table functions (
    function_catalog varchar,
    function_schema varchar,
    function_name varchar,
    function_owner varchar,
    argument_signature varchar,
    data_type varchar,
    function_language varchar,
    function_definition varchar,
    volatility varchar,
    is_null_call varchar,
    is_secure varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    comment varchar
);

create table stages (
    stage_catalog varchar,
    stage_schema varchar,
    stage_name varchar,
    stage_url varchar,
    stage_region varchar,
    stage_type varchar,
    stage_owner varchar,
    comment varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz
);

create table pipes (
    pipe_catalog varchar,
    pipe_schema varchar,
    pipe_name varchar,
    pipe_owner varchar,
    definition varchar,
    is_autoingest_enabled varchar,
    notification_channel_name varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    comment varchar,
    pattern varchar
);

create table file_formats (
    file_format_catalog varchar,
    file_format_schema varchar,
    file_format_name varchar,
    file_format_owner varchar,
    file_format_type varchar,
    record_delimiter varchar,
    field_delimiter varchar,
    skip_header number(9, 0),
    date_format varchar,
    time_format varchar,
    timestamp_format varchar,
    binary_format varchar,
    escape varchar,
    escape_unenclosed_field varchar,
    trim_space varchar,
    field_optionally_enclosed_by varchar,
    null_if varchar,
    compression varchar,
    error_on_column_count_mismatch varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    comment varchar
);

create table table_constraints (
    constraint_catalog varchar,
    constraint_schema varchar,
    constraint_name varchar,
    table_catalog varchar,
    table_schema varchar,
    table_name varchar,
    constraint_type varchar,
    is_deferrable varchar,
    initially_deferred varchar,
    enforced varchar,
    comment varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz,
    rely varchar
);

create table referential_constraints (
    constraint_catalog varchar,
    constraint_schema varchar,
    constraint_name varchar,
    unique_constraint_catalog varchar,
    unique_constraint_schema varchar,
    unique_constraint_name varchar,
    match_option varchar,
    update_rule varchar,
    delete_rule varchar,
    comment varchar,
    created timestamp_ltz,
    last_altered timestamp_ltz
);

create table information_schema_catalog_name (
    catalog_name varchar
);

create table enabled_roles (
    role_name varchar,
    role_owner varchar
);

create table applicable_roles (
    grantee varchar,
    role_name varchar,
    role_owner varchar,
    is_grantable varchar
);

create table object_privileges (
    grantor varchar,
    grantee varchar,
    granted_to varchar,
    object_catalog varchar,
    object_schema varchar,
    object_name varchar,
    object_type varchar,
    privilege_type varchar,
    is_grantable varchar,
    created timestamp_ltz
);

create table table_privileges (
    grantor varchar,
    grantee varchar,
    granted_to varchar,
    table_catalog varchar,
    table_schema varchar,
    table_name varchar,
    privilege_type varchar,
    is_grantable varchar,
    with_hierarchy varchar,
    created timestamp_ltz
);
