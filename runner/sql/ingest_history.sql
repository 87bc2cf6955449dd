select
    file_name,
    status,
    row_count,
    error_count,
    first_error_message,
    first_error_line_number
from table(
    information_schema.copy_history(
        table_name => {table},
        start_time => {start}::timestamp_ltz
    )
)
