"""The domains of the reference warehouse that have sample data, in the order of the tour."""

from datetime import datetime

from demo.regional.tour import DOMAIN as REGIONAL
from demo.retail.tour import DOMAIN as RETAIL
from demo.sales.tour import DOMAIN as SALES
from demo.shopify.tour import DOMAIN as SHOPIFY
from demo.tpch.tour import DOMAIN as TPCH

NOW = datetime(2026, 3, 31, 18, 0)  # when the tour begins, UTC
DOMAINS = (RETAIL, TPCH, SALES, SHOPIFY, REGIONAL)
