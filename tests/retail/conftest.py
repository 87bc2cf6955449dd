"""One warehouse for all tests of the session, built three times: data, more data, nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from demo.retail import landing
from demo.zone import Zone
from tests.retail.landed import LOADED
from tests.warehouse import Warehouse

NOW = datetime(2026, 3, 31, 18, 0)
DELETED = 3

Contents = Mapping[str, Counter[tuple[Any, ...]]]


@dataclass(frozen=True)
class Built:
    """A warehouse, and what it held after each build."""

    warehouse: Warehouse
    after: tuple[Contents, Contents, Contents]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("retail"), "retail")
    zone = Zone(warehouse.landing, 360, NOW)
    landing.first_extracts(zone)
    landing.batch(zone)
    warehouse.build()
    first = warehouse.contents()
    warehouse.let_a_day_pass(*LOADED)
    later = zone.at(NOW + timedelta(days=1))
    landing.batch(later)
    landing.changes(later)
    landing.full_extracts(later.at(later.now + timedelta(hours=1)), DELETED)
    warehouse.build()
    second = warehouse.contents()
    warehouse.build()
    return Built(warehouse, (first, second, warehouse.contents()))


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse
