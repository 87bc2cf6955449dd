-- Makes a database known as a clone. What was carried along from an origin that is one goes.
create schema if not exists runner;

create or replace table runner.clone_baseline (
    relation varchar not null comment 'A table or view, as schema.name',
    token varchar not null comment 'Its change token in this database when it was made',
    version varchar not null comment 'What stood for the same content in the database that was cloned'
)
comment = 'This database is a clone, in which nothing is loaded; what has its token still is what it was in the origin'
