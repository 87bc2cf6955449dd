select b.id
from shop_core.b as b
