-- When something last landed in each raw table that ever got anything; one row per table.

select
    domain_name,  -- The domain. @not_null
    table_name,  -- The raw table. @not_null @unique
    max(last_load) as last_load,  -- UTC. @not_null
    -- Whole hours since then.
    datediff(
        'hour',
        max(last_load),
        convert_timezone('UTC', current_timestamp())::timestamp_ntz
    ) as hours_ago
from enterprise_monitoring.loads_by_day
group by domain_name, table_name
