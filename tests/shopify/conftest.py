"""One warehouse for all tests of the session: the first sync, another, nothing new, all anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from demo.options import SEED
from demo.shopify.tour import DOMAIN
from demo.zone import Zone
from tests.shopify.landed import LOADED, Landed
from tests.warehouse import Warehouse

Contents = Mapping[str, Counter[tuple[Any, ...]]]


@dataclass(frozen=True)
class Built:
    """A warehouse, and what it held after the second, the third and a full build."""

    warehouse: Warehouse
    second: Contents
    third: Contents
    anew: Contents


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("shopify"), "shopify")
    zone = Zone(warehouse.landing, SEED, datetime(2026, 3, 31, 18, 0))
    for step in DOMAIN.before_first:
        step.land(zone)
    warehouse.build()
    warehouse.let_a_day_pass(*LOADED)
    for step in DOMAIN.before_second:
        step.land(zone)
    warehouse.build()
    second = warehouse.contents()
    warehouse.build()
    third = warehouse.contents()
    warehouse.build("--full-refresh")
    return Built(warehouse, second, third, warehouse.contents())


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse


@pytest.fixture(scope="session")
def landed(warehouse: Warehouse) -> Landed:
    return Landed(warehouse.landing)
