"""One warehouse for all tests of the domain, built three times: data, more data, nothing new."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from demo.sales.tour import DOMAIN
from tests.sales.landed import LOADED, Landed
from tests.warehouse import Contents, Warehouse


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
    warehouse.take(DOMAIN.before_first)
    warehouse.build()
    first = contents(warehouse)
    warehouse.let_a_day_pass(*LOADED)
    warehouse.take(DOMAIN.before_second)
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
