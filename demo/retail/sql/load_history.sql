with loads as (
    select
        file_name,
        last_load_time,
        status,
        row_count,
        error_count,
        first_error_message
    from
        table(
            information_schema.copy_history(
                table_name => 'retail_raw.customers',
                start_time => dateadd('hour', -1, current_timestamp())
            )
        )
    union all
    select
        file_name,
        last_load_time,
        status,
        row_count,
        error_count,
        first_error_message
    from
        table(
            information_schema.copy_history(
                table_name => 'retail_raw.products',
                start_time => dateadd('hour', -1, current_timestamp())
            )
        )
    union all
    select
        file_name,
        last_load_time,
        status,
        row_count,
        error_count,
        first_error_message
    from
        table(
            information_schema.copy_history(
                table_name => 'retail_raw.stores',
                start_time => dateadd('hour', -1, current_timestamp())
            )
        )
    union all
    select
        file_name,
        last_load_time,
        status,
        row_count,
        error_count,
        first_error_message
    from
        table(
            information_schema.copy_history(
                table_name => 'retail_raw.orders',
                start_time => dateadd('hour', -1, current_timestamp())
            )
        )
    union all
    select
        file_name,
        last_load_time,
        status,
        row_count,
        error_count,
        first_error_message
    from table(
        information_schema.copy_history(
            table_name => 'retail_raw.orderitems',
            start_time => dateadd('hour', -1, current_timestamp())
        )
    )
)

select
    file_name,
    to_char(last_load_time, 'HH24:MI:SS') as loaded_at,
    status,
    row_count as loaded,
    error_count as errors,
    first_error_message as first_error
from loads
order by last_load_time, file_name
