"""`runner verify` over the sample data: files in order, late, and delivered again."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest

from demo.options import SEED
from demo.regional.tour import DOMAIN
from demo.zone import Zone
from tests.regional.story import Story

INCREMENTS = 3
SCENARIOS = ("in order", "late", "re-delivered")


@pytest.mark.slow
def test_increments_equal_full_builds_in_whatever_order_files_land(tmp_path: Path) -> None:
    story = Story.begun(tmp_path)
    yesterday = Zone(story.warehouse.landing, SEED, datetime.combine(story.day(1), time(18)))
    for step in (*DOMAIN.before_first, *DOMAIN.before_second):
        step.land(yesterday)
    assert story.run("built", "build").exit_code == 0
    verified = story.run("verified", "verify", "-s", "path:models/regional")
    assert verified.exit_code == 0, verified.stdout
    lines = [line for line in verified.stdout.splitlines() if " equal " in line]
    assert len(lines) == INCREMENTS * len(SCENARIOS)
