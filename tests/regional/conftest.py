"""One warehouse for all tests of the session, built three times: data, more data, nothing new.

The sample data are of a certain week, so a build names the batches: a plain one would run those of
all days since, which are empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from demo.regional.tour import DOMAIN
from tests.regional import landed
from tests.warehouse import Contents, Warehouse


@dataclass(frozen=True)
class Built:
    """A warehouse, what its builds said, and what it held after each."""

    warehouse: Warehouse
    told: tuple[str, str, str]
    after: tuple[Contents, Contents, Contents]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("regional"), "regional")
    told, after = [], []
    for steps in (DOMAIN.before_first, DOMAIN.before_second, ()):
        warehouse.take(steps)
        told.append(warehouse.build(*DOMAIN.build_options))
        after.append(warehouse.contents())
        if len(after) == 1:
            landed.let_a_day_pass(warehouse)
    return Built(warehouse, (told[0], told[1], told[2]), (after[0], after[1], after[2]))


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse
