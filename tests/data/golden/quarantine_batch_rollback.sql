-- known
select
    node,
    generation,
    batch_start,
    batch_end,
    status,
    max(iff(status in ('done', 'partial'), recorded_at, null)) over (
        partition by node, generation, batch_start, batch_end
    ) as written_at
from runner.batches
where node in ('shop_core.orders')
qualify
    generation = max(generation) over (partition by node)
    and row_number() over (
        partition by node, generation, batch_start, batch_end
        order by recorded_at desc
    ) = 1;

-- show
select
    date_trunc('day', loaded.changed_at::timestamp_ltz::timestamp_ntz) as batch_start,
    count(*) as found
from shop_core.orders as loaded
where
    (loaded.changed_at >= '2024-05-31 00:00:00'::timestamp_ntz and loaded.changed_at < '2024-06-01 00:00:00'::timestamp_ntz)
    or (loaded.changed_at >= '2024-06-02 00:00:00'::timestamp_ntz and loaded.changed_at < '2024-06-03 00:00:00'::timestamp_ntz)
group by date_trunc('day', loaded.changed_at::timestamp_ltz::timestamp_ntz);

-- remove, in a transaction
delete from shop_core.orders as loaded
where
    (loaded.changed_at >= '2024-05-31 00:00:00'::timestamp_ntz and loaded.changed_at < '2024-06-01 00:00:00'::timestamp_ntz)
    or (loaded.changed_at >= '2024-06-02 00:00:00'::timestamp_ntz and loaded.changed_at < '2024-06-03 00:00:00'::timestamp_ntz);

-- remove from quarantine, in the transaction
delete from shop_core.orders__quarantine as kept
where
    (kept.quarantined_batch >= '2024-05-31 00:00:00'::timestamp_ntz and kept.quarantined_batch < '2024-06-01 00:00:00'::timestamp_ntz)
    or (kept.quarantined_batch >= '2024-06-02 00:00:00'::timestamp_ntz and kept.quarantined_batch < '2024-06-03 00:00:00'::timestamp_ntz);

-- record, in the transaction
insert into runner.batches (
    node,
    generation,
    batch_start,
    batch_end,
    status,
    rows_read,
    invocation_id,
    recorded_at
)
select
    'shop_core.orders',
    3,
    noted.batch_start,
    noted.batch_end,
    noted.status,
    noted.rows_read,
    '8b1c1c5e-2f0f-4d0a-9d0e-7f4a6f0d1c11',
    sysdate()
from (
    values
    ('2024-05-31 00:00:00'::timestamp_ntz, '2024-06-01 00:00:00'::timestamp_ntz, 'rolled back', null),
    ('2024-06-02 00:00:00'::timestamp_ntz, '2024-06-03 00:00:00'::timestamp_ntz, 'rolled back', null)
) as noted (batch_start, batch_end, status, rows_read);
