-- The columns that SHOW gives, as Snowflake documents them (pages "SHOW TABLES", "SHOW GRANTS", …).
-- Read once, never executed. `recorded` is what is shown of a kind that has no layout of its own.

create table recorded (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "owner" varchar, "comment" varchar, "owner_role_type" varchar
);

create table terse (
    "created_on" timestamp_ltz, "name" varchar, "kind" varchar, "database_name" varchar,
    "schema_name" varchar
);

create table databases (
    "created_on" timestamp_ltz, "name" varchar, "is_default" varchar, "is_current" varchar,
    "origin" varchar, "owner" varchar, "comment" varchar, "options" varchar,
    "retention_time" varchar, "kind" varchar, "budget" varchar, "owner_role_type" varchar
);

create table schemas (
    "created_on" timestamp_ltz, "name" varchar, "is_default" varchar, "is_current" varchar,
    "database_name" varchar, "owner" varchar, "comment" varchar, "options" varchar,
    "retention_time" varchar, "owner_role_type" varchar, "budget" varchar
);

create table tables (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "kind" varchar, "comment" varchar, "cluster_by" varchar, "rows" number, "bytes" number,
    "owner" varchar, "retention_time" varchar, "automatic_clustering" varchar,
    "change_tracking" varchar, "is_external" varchar, "enable_schema_evolution" varchar,
    "owner_role_type" varchar, "is_event" varchar, "budget" varchar, "is_hybrid" varchar,
    "is_iceberg" varchar, "is_dynamic" varchar, "is_immutable" varchar
);

create table objects (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "kind" varchar, "comment" varchar, "cluster_by" varchar, "rows" number, "bytes" number,
    "owner" varchar, "retention_time" varchar, "owner_role_type" varchar, "budget" varchar,
    "is_hybrid" varchar, "is_iceberg" varchar, "is_dynamic" varchar
);

create table views (
    "created_on" timestamp_ltz, "name" varchar, "reserved" varchar, "database_name" varchar,
    "schema_name" varchar, "owner" varchar, "comment" varchar, "text" varchar,
    "is_secure" varchar, "is_materialized" varchar, "owner_role_type" varchar,
    "change_tracking" varchar
);

create table materialized_views (
    "created_on" timestamp_ltz, "name" varchar, "reserved" varchar, "database_name" varchar,
    "schema_name" varchar, "cluster_by" varchar, "rows" number, "bytes" number,
    "owner" varchar, "invalid" varchar, "invalid_reason" varchar, "behind_by" varchar,
    "comment" varchar, "text" varchar, "is_secure" varchar, "automatic_clustering" varchar,
    "owner_role_type" varchar
);

create table dynamic_tables (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "cluster_by" varchar, "rows" number, "bytes" number, "owner" varchar,
    "target_lag" varchar, "refresh_mode" varchar, "refresh_mode_reason" varchar,
    "warehouse" varchar, "comment" varchar, "text" varchar, "automatic_clustering" varchar,
    "scheduling_state" varchar, "owner_role_type" varchar
);

create table columns (
    "table_name" varchar, "schema_name" varchar, "column_name" varchar, "data_type" varchar,
    "null?" varchar, "default" varchar, "kind" varchar, "expression" varchar,
    "comment" varchar, "database_name" varchar, "autoincrement" varchar,
    "schema_evolution_record" varchar
);

create table sequences (
    "name" varchar, "database_name" varchar, "schema_name" varchar, "next_value" number,
    "interval" number, "created_on" timestamp_ltz, "owner" varchar, "comment" varchar,
    "owner_role_type" varchar, "ordered" varchar
);

create table stages (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "url" varchar, "has_credentials" varchar, "has_encryption_key" varchar, "owner" varchar,
    "comment" varchar, "region" varchar, "type" varchar, "cloud" varchar,
    "notification_channel" varchar, "storage_integration" varchar, "endpoint" varchar,
    "owner_role_type" varchar, "directory_enabled" varchar
);

create table pipes (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "definition" varchar, "owner" varchar, "notification_channel" varchar, "comment" varchar,
    "integration" varchar, "pattern" varchar, "error_integration" varchar,
    "owner_role_type" varchar, "invalid_reason" varchar
);

create table file_formats (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "type" varchar, "owner" varchar, "comment" varchar, "format_options" varchar,
    "owner_role_type" varchar
);

create table functions (
    "created_on" timestamp_ltz, "name" varchar, "schema_name" varchar, "is_builtin" varchar,
    "is_aggregate" varchar, "is_ansi" varchar, "min_num_arguments" number,
    "max_num_arguments" number, "arguments" varchar, "description" varchar,
    "catalog_name" varchar, "is_table_function" varchar, "valid_for_clustering" varchar,
    "is_secure" varchar, "secrets" varchar, "external_access_integrations" varchar,
    "is_external_function" varchar, "language" varchar, "is_memoizable" varchar,
    "is_data_metric" varchar
);

create table roles (
    "created_on" timestamp_ltz, "name" varchar, "is_default" varchar, "is_current" varchar,
    "is_inherited" varchar, "assigned_to_users" number, "granted_to_roles" number,
    "granted_roles" number, "owner" varchar, "comment" varchar
);

create table users (
    "name" varchar, "created_on" timestamp_ltz, "login_name" varchar, "display_name" varchar,
    "first_name" varchar, "last_name" varchar, "email" varchar, "mins_to_unlock" varchar,
    "days_to_expiry" varchar, "comment" varchar, "disabled" varchar,
    "must_change_password" varchar, "snowflake_lock" varchar, "default_warehouse" varchar,
    "default_namespace" varchar, "default_role" varchar, "default_secondary_roles" varchar,
    "ext_authn_duo" varchar, "ext_authn_uid" varchar, "mins_to_bypass_mfa" varchar,
    "owner" varchar, "last_success_login" timestamp_ltz, "expires_at_time" timestamp_ltz,
    "locked_until_time" timestamp_ltz, "has_password" varchar, "has_rsa_public_key" varchar,
    "type" varchar, "has_mfa" varchar
);

create table warehouses (
    "name" varchar, "state" varchar, "type" varchar, "size" varchar,
    "min_cluster_count" number, "max_cluster_count" number, "started_clusters" number,
    "running" number, "queued" number, "is_default" varchar, "is_current" varchar,
    "auto_suspend" number, "auto_resume" varchar, "available" varchar, "provisioning" varchar,
    "quiescing" varchar, "other" varchar, "created_on" timestamp_ltz,
    "resumed_on" timestamp_ltz, "updated_on" timestamp_ltz, "owner" varchar, "comment" varchar,
    "enable_query_acceleration" varchar, "query_acceleration_max_scale_factor" number,
    "resource_monitor" varchar, "actives" number, "pendings" number, "failed" number,
    "suspended" number, "uuid" varchar, "scaling_policy" varchar, "budget" varchar,
    "owner_role_type" varchar, "resource_constraint" varchar
);

create table resource_monitors (
    "name" varchar, "credit_quota" varchar, "used_credits" varchar,
    "remaining_credits" varchar, "level" varchar, "frequency" varchar, "start_time" varchar,
    "end_time" varchar, "created_on" timestamp_ltz, "owner" varchar, "comment" varchar
);

create table integrations (
    "name" varchar, "type" varchar, "category" varchar, "enabled" varchar,
    "comment" varchar, "created_on" timestamp_ltz
);

create table tags (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "owner" varchar, "comment" varchar, "allowed_values" varchar, "owner_role_type" varchar
);

create table masking_policies (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "kind" varchar, "owner" varchar, "comment" varchar, "owner_role_type" varchar,
    "options" varchar
);

create table tasks (
    "created_on" timestamp_ltz, "name" varchar, "id" varchar, "database_name" varchar,
    "schema_name" varchar, "owner" varchar, "comment" varchar, "warehouse" varchar,
    "schedule" varchar, "predecessors" varchar, "state" varchar, "definition" varchar,
    "condition" varchar, "allow_overlapping_execution" varchar, "error_integration" varchar,
    "last_committed_on" timestamp_ltz, "last_suspended_on" timestamp_ltz,
    "owner_role_type" varchar, "config" varchar, "budget" varchar, "task_relations" varchar,
    "last_suspended_reason" varchar
);

create table alerts (
    "created_on" timestamp_ltz, "name" varchar, "database_name" varchar, "schema_name" varchar,
    "owner" varchar, "comment" varchar, "warehouse" varchar, "schedule" varchar,
    "state" varchar, "condition" varchar, "action" varchar, "owner_role_type" varchar
);

create table grants (
    "created_on" timestamp_ltz, "privilege" varchar, "granted_on" varchar, "name" varchar,
    "granted_to" varchar, "grantee_name" varchar, "grant_option" varchar, "granted_by" varchar
);

create table grants_of (
    "created_on" timestamp_ltz, "role" varchar, "granted_to" varchar, "grantee_name" varchar,
    "granted_by" varchar
);

create table future_grants (
    "created_on" timestamp_ltz, "privilege" varchar, "grant_on" varchar, "name" varchar,
    "grant_to" varchar, "grantee_name" varchar, "grant_option" varchar
);

create table parameters (
    "key" varchar, "value" varchar, "default" varchar, "level" varchar,
    "description" varchar, "type" varchar
);

create table variables (
    "session_id" varchar, "created_on" timestamp_ltz, "updated_on" timestamp_ltz,
    "name" varchar, "value" varchar, "type" varchar, "comment" varchar
);

create table transactions (
    "id" varchar, "user" varchar, "session" varchar, "name" varchar,
    "started_on" timestamp_ltz, "state" varchar, "scope" varchar
);

create table primary_keys (
    "created_on" timestamp_ltz, "database_name" varchar, "schema_name" varchar,
    "table_name" varchar, "column_name" varchar, "key_sequence" number,
    "constraint_name" varchar, "rely" varchar, "comment" varchar
);

create table imported_keys (
    "created_on" timestamp_ltz, "pk_database_name" varchar, "pk_schema_name" varchar,
    "pk_table_name" varchar, "pk_column_name" varchar, "fk_database_name" varchar,
    "fk_schema_name" varchar, "fk_table_name" varchar, "fk_column_name" varchar,
    "key_sequence" number, "update_rule" varchar, "delete_rule" varchar, "fk_name" varchar,
    "pk_name" varchar, "deferrability" varchar, "rely" varchar, "comment" varchar
);

create table described (
    "name" varchar, "type" varchar, "kind" varchar, "null?" varchar, "default" varchar,
    "primary key" varchar, "unique key" varchar, "check" varchar, "expression" varchar,
    "comment" varchar, "policy name" varchar, "privacy domain" varchar
);

create table described_container (
    "created_on" timestamp_ltz, "name" varchar, "kind" varchar
);
