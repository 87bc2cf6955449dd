"""The sample data have the habits and faults of the regions, the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path

from click.testing import CliRunner

from demo.generate import generate
from demo.regional import landing, sales
from demo.zone import Zone
from tests.regional.landed import REGIONS, Landed, faults

DAY = date(2026, 3, 28)
MORNING = datetime(2026, 3, 29, 6)


def test_the_same_seed_and_times_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (
        [path.read_bytes() for path in landing.batch(Zone(tmp_path / name, 1, MORNING), DAY)]
        for name in ("one", "other")
    )
    assert one == other
    assert len(set(one)) == len(REGIONS)


def test_a_day_has_sixty_sales_of_each_region_and_what_became_of_five_of_the_day_before(
    tmp_path: Path,
) -> None:
    landing.batch(Zone(tmp_path, 1, MORNING), DAY)
    rows = Landed(tmp_path).rows
    days = Counter((row["region"], row["sale_date"]) for row in rows)
    of_day = [row for row in rows if row["sale_date"] == DAY]
    assert set(days.values()) == {sales.SALES_OF_A_DAY + 1, sales.CHANGED}
    assert sum(bool(faults(row)) for row in of_day) == len(sales.FAULTS) * len(REGIONS)
    assert sum(row["is_deleted"] for row in rows) == len(REGIONS)
    assert sum(row["status"] == "CANCELLED" for row in rows) == len(REGIONS)


def test_an_extraction_knows_the_sales_that_another_has_landed(tmp_path: Path) -> None:
    before = {sale.sale_id: sale for sale in sales.of_day(1, "europe", DAY - sales.DAY)}
    changed = sales.extracted(1, "europe", DAY)[-sales.CHANGED :]
    assert all(sale.sale_id in before for sale in changed)
    assert all(sale.updated_at > before[sale.sale_id].updated_at for sale in changed)


def test_the_command_lands_a_day_of_the_regions_that_answer(tmp_path: Path) -> None:
    arguments = ["regional", "batch", "--landing", str(tmp_path), "--now", "2026-03-29T06:00:00"]
    late = ["--day", "2026-03-01", "--region", "europe"]
    answers = [CliRunner().invoke(generate, [*arguments, *more]) for more in ([], late)]
    assert [len(answer.stdout.splitlines()) for answer in answers] == [len(REGIONS), 1]
    folders = {path.parent.name for path in tmp_path.rglob("*.parquet")}
    assert folders == {"batch=20260328", "batch=20260301"}
