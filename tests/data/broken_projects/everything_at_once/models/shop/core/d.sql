select a.id, b.two
from shop_core.a as a
cross join shop_core.b as b
