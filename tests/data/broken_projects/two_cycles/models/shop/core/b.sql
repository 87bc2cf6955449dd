select a.id
from shop_core.a as a
