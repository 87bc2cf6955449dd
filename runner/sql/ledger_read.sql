-- The last that is known of every batch of these models, in the newest generation of each.
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
where node in ({nodes})
qualify
    generation = max(generation) over (partition by node)
    and row_number() over (
        partition by node, generation, batch_start, batch_end
        order by recorded_at desc
    ) = 1
