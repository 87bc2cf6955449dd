select
    id,  -- @unique
    b_id  -- @references shop_core.b(id)
from values (1, 2) as t (id, b_id)
