"""One warehouse for all tests of the session, built four times: data, more data, nothing new,
and everything anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from demo.tpch.tour import DOMAIN
from tests.tpch.landed import LOADED
from tests.warehouse import Warehouse, relations

Fingerprints = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Built:
    """A warehouse, and the fingerprints of its relations after each build."""

    warehouse: Warehouse
    after: tuple[Fingerprints, Fingerprints, Fingerprints, Fingerprints]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("tpch"), "tpch")
    warehouse.take(DOMAIN.before_first)
    warehouse.build()
    warehouse.let_a_day_pass(*LOADED)
    first = fingerprints(warehouse)
    warehouse.take(DOMAIN.before_second)
    warehouse.build()
    second = fingerprints(warehouse)
    warehouse.build()
    third = fingerprints(warehouse)
    warehouse.build("--full-refresh")
    return Built(warehouse, (first, second, third, fingerprints(warehouse)))


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse


def fingerprints(warehouse: Warehouse) -> Fingerprints:
    """The number of rows of every relation and a hash of them all, whatever their order."""
    with warehouse.session() as session:
        return {
            name: session.execute(f"select count(*), hash_agg(*) from {name}").rows[0]
            for name in relations(session)
        }
