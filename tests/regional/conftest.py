"""One warehouse for all tests of the session, built three times: data, more data, nothing new.

The sample data are of a certain week, so a build names the batches: a plain one would run those of
all days since, which are empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from demo.options import SEED
from demo.regional.tour import DOMAIN
from demo.zone import Zone
from tests.regional import landed
from tests.regional.landed import Contents
from tests.warehouse import Warehouse

NOW = datetime(2026, 3, 31, 18, 0)
WINDOW = ("--batch-start", "2026-03-26", "--batch-end", "2026-04-01")


@dataclass(frozen=True)
class Built:
    """A warehouse, what its builds said, and what it held after each."""

    warehouse: Warehouse
    told: tuple[str, str, str]
    after: tuple[Contents, Contents, Contents]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("regional"), "regional")
    zone = Zone(warehouse.landing, SEED, NOW)
    told, after = [], []
    for steps in (DOMAIN.before_first, DOMAIN.before_second, ()):
        for step in steps:
            step.land(zone)
        told.append(warehouse.build(*WINDOW))
        after.append(warehouse.contents())
        if len(after) == 1:
            landed.let_a_day_pass(warehouse)
    return Built(warehouse, (told[0], told[1], told[2]), (after[0], after[1], after[2]))


@pytest.fixture(scope="session")
def warehouse(built: Built) -> Warehouse:
    return built.warehouse
