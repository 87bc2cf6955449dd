select missing.id
from shop_core.missing as missing
