"""One warehouse for all tests of the domain, built three times: data, more data, nothing new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from demo.sales.tour import DOMAIN
from demo.zone import Zone
from tests.sales.landed import LOADED, Landed
from tests.warehouse import Warehouse

NOW = datetime(2026, 3, 31, 18, 0)

Contents = Mapping[str, Counter[tuple[Any, ...]]]


@dataclass(frozen=True)
class Built:
    """A warehouse, and what it held after each build."""

    warehouse: Warehouse
    after: tuple[Contents, Contents, Contents]


def contents(warehouse: Warehouse) -> Contents:
    """What it holds, but for what tells of the runs themselves."""
    found = warehouse.contents()
    return {name: rows for name, rows in found.items() if "run_times" not in name}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("sales"), "sales")
    zone = Zone(warehouse.landing, 360, NOW)
    for step in DOMAIN.before_first:
        step.land(zone)
    warehouse.build()
    first = contents(warehouse)
    warehouse.let_a_day_pass(*LOADED)
    for step in DOMAIN.before_second:
        step.land(zone)
    warehouse.build()
    second = contents(warehouse)
    warehouse.build()
    return Built(warehouse, (first, second, contents(warehouse)))


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse


@pytest.fixture(scope="session")
def landed(warehouse: Warehouse) -> Landed:
    return Landed(warehouse.landing)
