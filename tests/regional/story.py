"""Hand-written deliveries of the regions, by the number of days that a batch lies back.

Batches are days, and a plain build runs those up to today: here they are told from today, and the
model begins a week ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import Result

from demo import files
from demo.regional import sales
from tests.regional import landed
from tests.warehouse import Contents, Rows, Warehouse

TYPES = {**sales.TYPES, "extracted_at": "TIMESTAMP"}
FIRST = 6  # days back
BEGIN = re.compile(r"@begin \S+")

Sale = Mapping[str, Any]


@dataclass
class Story:
    """A warehouse to which things happen, and what each build said and left."""

    warehouse: Warehouse
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    told: dict[str, Result] = field(default_factory=dict)
    after: dict[str, Contents] = field(default_factory=dict)

    @classmethod
    def begun(cls, folder: Path) -> Story:
        story = cls(Warehouse.copied_to(folder, "regional"))
        story.warehouse.landing.mkdir()
        model = folder / "models/regional/marts/sales_fact.sql"
        begin = f"@begin {story.day(FIRST).isoformat()}"
        model.write_text(BEGIN.sub(begin, model.read_text(encoding="utf-8")), encoding="utf-8")
        return story

    def day(self, days_back: int) -> date:
        return self.today - timedelta(days=days_back)

    def batch(self, days_back: int) -> str:
        return f"{self.day(days_back):%Y%m%d}"

    def window(self, first: int, last: int) -> tuple[str, ...]:
        """The options that name the batches from one to another, both included."""
        end = self.day(last - 1).isoformat()
        return ("--batch-start", self.day(first).isoformat(), "--batch-end", end)

    def sales(
        self, region: str, days_back: int, numbers: Iterable[int], **values: Any
    ) -> list[Sale]:
        """Sales made on a day; `values` take the place of the usual ones."""
        return [self.sale(region, days_back, number, **values) for number in numbers]

    def sale(self, region: str, days_back: int, number: int, **values: Any) -> Sale:
        day = self.day(days_back)
        return {
            "sale_id": f"{region}-{days_back}-{number}",
            "customer_id": "C1",
            "product_id": "P1",
            "store_id": "S1",
            "sale_date": day,
            "quantity": 2,
            "unit_price": Decimal("10.00"),
            "total_amount": Decimal("20.00"),
            "discount_amount": None,
            "tax_amount": Decimal("1.00"),
            "payment_method": "CARD",
            "status": "COMPLETED",
            "is_deleted": False,
            "updated_at": datetime.combine(day, time(12)),
            **values,
        }

    def land(self, region: str, days_back: int, name: str, rows: Sequence[Sale]) -> None:
        """A file of the batch that lies so many days back."""
        folder = f"regional/sales/region={region}/batch={self.batch(days_back)}"
        extracted_at = datetime.combine(self.day(days_back - 1), time(6))
        files.write_parquet(
            self.warehouse.landing / folder / f"{name}.parquet",
            TYPES,
            [{**row, "extracted_at": extracted_at} for row in rows],
        )

    def happens(self, what: Callable[[Story], None]) -> None:
        """Something lands a day after the last build, and is built."""
        if self.told:
            landed.let_a_day_pass(self.warehouse)
        what(self)
        self.run(what.__name__, "build")

    def run(self, name: str, command: str, *arguments: str) -> Result:
        """Run a command, and keep what it said and left."""
        self.told[name] = self.warehouse.run(command, *arguments)
        self.after[name] = self.warehouse.contents()
        return self.told[name]

    def lose(self, sale_id: str) -> None:
        """A sale vanishes from the fact."""
        with self.warehouse.session() as session:
            session.execute(f"delete from regional_marts.sales_fact where sale_id = '{sale_id}'")

    def rows(self, sql: str) -> Rows:
        return self.warehouse.rows(sql)
