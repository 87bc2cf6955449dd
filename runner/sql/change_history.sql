-- What schemachange has deployed, oldest first.
select
    script_type,
    script,
    version,
    checksum
from {table}
where
    status = 'Success'
    and script_type in ('V', 'R')
order by installed_on
