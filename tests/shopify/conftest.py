"""One warehouse for all tests of the session: the first sync, another, nothing new, all anew."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from demo.shopify.tour import DOMAIN
from tests.shopify.landed import LOADED, Landed
from tests.warehouse import Contents, Warehouse


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
    warehouse.take(DOMAIN.before_first)
    warehouse.build()
    warehouse.let_a_day_pass(*LOADED)
    warehouse.take(DOMAIN.before_second)
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
