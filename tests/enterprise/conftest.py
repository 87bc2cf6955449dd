"""One warehouse for all tests of the session: all domains, all their sample data, one build."""

from __future__ import annotations

from datetime import datetime

import pytest

from demo.domains import DOMAINS
from demo.options import SEED
from demo.zone import Zone
from tests.warehouse import Warehouse

NOW = datetime(2026, 3, 31, 18, 0)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("enterprise"))
    zone = Zone(warehouse.landing, SEED, NOW)
    for domain in DOMAINS:
        for step in (*domain.before_first, *domain.before_second):
            step.land(zone)
    warehouse.build(*(word for domain in DOMAINS for word in domain.build_options))
    return warehouse
