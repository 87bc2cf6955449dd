select c.id
from shop_core.c as c
