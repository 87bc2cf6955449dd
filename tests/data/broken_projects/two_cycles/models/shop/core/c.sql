select d.id
from shop_core.d as d
