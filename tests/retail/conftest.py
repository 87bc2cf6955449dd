"""One warehouse for all tests of the session, built three times: data, more data, nothing new."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from demo.retail.tour import DOMAIN
from tests.retail.landed import LOADED
from tests.warehouse import Contents, Warehouse


@dataclass(frozen=True)
class Built:
    """A warehouse, and what it held after each build."""

    warehouse: Warehouse
    after: tuple[Contents, Contents, Contents]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("retail"), "retail")
    warehouse.take(DOMAIN.before_first)
    warehouse.build()
    first = warehouse.contents()
    warehouse.let_a_day_pass(*LOADED)
    warehouse.take(DOMAIN.before_second)
    warehouse.build()
    second = warehouse.contents()
    warehouse.build()
    return Built(warehouse, (first, second, warehouse.contents()))


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse
