"""One warehouse for all tests of the session: all domains, all their sample data, one build."""

from __future__ import annotations

import pytest

from demo.domains import DOMAINS
from tests.warehouse import Warehouse


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse.copied_to(tmp_path_factory.mktemp("enterprise"))
    for domain in DOMAINS:
        warehouse.take((*domain.before_first, *domain.before_second))
    warehouse.build(*(word for domain in DOMAINS for word in domain.build_options))
    return warehouse
