create table if not exists $schema.objects (
    kind varchar not null,
    schema_name varchar not null,
    name varchar not null,
    body varchar
);
