-- The history of a snapshot that was never run.
(
    select
        batch.*,
        null::timestamp_ntz as valid_from,
        null::timestamp_ntz as valid_to,
        false as is_current,
        false as is_deleted
    from {batch} as batch
    where false
)
