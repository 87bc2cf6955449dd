-- What the pipes loaded and refused in the last 14 days, from the load history; one row per
-- day (UTC) and table.
--
-- @unique loaded_on, table_name

with loads as (
    select
        table_name,
        last_load_time,
        status,
        row_count,
        error_count
    from
        table(
            information_schema.copy_history(
                table_name => 'sales_raw.sales_raw',
                start_time => dateadd('day', -14, current_timestamp())
            )
        )
    union all
    select
        table_name,
        last_load_time,
        status,
        row_count,
        error_count
    from
        table(
            information_schema.copy_history(
                table_name => 'sales_raw.sales_batch_raw',
                start_time => dateadd('day', -14, current_timestamp())
            )
        )
    union all
    select
        table_name,
        last_load_time,
        status,
        row_count,
        error_count
    from
        table(
            information_schema.copy_history(
                table_name => 'sales_raw.product_raw',
                start_time => dateadd('day', -14, current_timestamp())
            )
        )
    union all
    select
        table_name,
        last_load_time,
        status,
        row_count,
        error_count
    from
        table(
            information_schema.copy_history(
                table_name => 'sales_raw.store_raw',
                start_time => dateadd('day', -14, current_timestamp())
            )
        )
)

select
    convert_timezone('UTC', last_load_time)::date as loaded_on,  -- The day, UTC. @not_null
    lower(table_name) as table_name,  -- The raw table. @not_null
    count(*) as total_files,  -- Loaded or refused.
    count_if(status = 'Load failed') as refused_files,  -- Each holds its rows back.
    sum(row_count) as loaded_rows,
    sum(error_count) as total_errors
from loads
group by convert_timezone('UTC', last_load_time)::date, lower(table_name)
