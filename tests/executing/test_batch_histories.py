"""Random histories of models with batches: whatever happens, they end where a full rebuild does.

Rows arrive late, again and as deletions; time passes; builds break at any statement, or lose the
database in the middle; batches are run again by name, taken out, or all made anew. An oracle in
Python says what each batch last read, and from that what must be in the tables.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import EngineError, RunnerError
from runner.results import RunResult
from runner.rollback import Which
from tests.shop import HEAD, OF_BATCH, Shop
from tests.watched import Watched

HISTORIES = int(os.environ.get("RUNNER_HISTORIES", "20"))
BEGIN = datetime(2024, 1, 1)
MODELS = {
    "core.kept": "select store, id, on_day, version\n",
    "core.merged": "select store, id, on_day, version, gone\n",
    "core.regrouped": "select store, id, on_day, version\n",
}
SETTINGS = {
    "core.kept": "",
    "core.merged": "-- @unique_key store, id @delete_when gone\n",
    "core.regrouped": "-- @incremental_strategy delete+insert @unique_key store\n",
}
NEWEST = "\nqualify row_number() over (partition by store, id order by version desc) = 1"


class Sale(NamedTuple):
    store: str
    id: int
    on_day: date
    version: int
    gone: bool


Read = dict[date, list[Sale]]  # what each batch read when it last ran


def kept(read: Read) -> Counter[tuple[Any, ...]]:
    return Counter(row[:4] for rows in read.values() for row in rows)


def merged(read: Read) -> Counter[tuple[Any, ...]]:
    found: dict[tuple[str, int], Sale] = {}
    for _, rows in sorted(read.items()):
        for row in sorted(rows, key=lambda row: row.version):
            found[row.store, row.id] = row
    return Counter(tuple(row) for row in found.values() if not row.gone)


def regrouped(read: Read) -> Counter[tuple[Any, ...]]:
    found: dict[str, list[Sale]] = {}
    for _, rows in sorted(read.items()):
        found |= {store: [row for row in rows if row.store == store] for store, *_ in rows}
    return Counter(row[:4] for rows in found.values() for row in rows)


ORACLES: dict[str, Callable[[Read], Counter[tuple[Any, ...]]]] = {
    "core.kept": kept,
    "core.merged": merged,
    "core.regrouped": regrouped,
}


class Broken(Watched):
    """Fails at the statement of a number; a `lost` one at all that follow, too."""

    def __init__(self, at: int, *, lost: bool) -> None:
        super().__init__()
        self.at, self.lost = at, lost

    def before(self, sql: str) -> None:
        super().before(sql)
        number = len(self.statements)
        if number == self.at or (self.lost and number > self.at):
            raise EngineError("the test pulled the plug", sql=sql)


@dataclass
class History:
    """A shop to which things happen, and what is known of it."""

    shop: Shop
    now: datetime = BEGIN + timedelta(hours=30)
    sales: list[Sale] = field(default_factory=list)
    read: dict[str, Read] = field(default_factory=lambda: {name: {} for name in MODELS})
    generations: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> History:
        columns = "store varchar, id number, on_day date, version number, gone boolean"
        shop = Shop.open(folder, columns)
        for name, select in MODELS.items():
            tail = NEWEST if name == "core.merged" else ""
            text = f"{HEAD}{SETTINGS[name]}\n{select}{OF_BATCH}{tail}\n"
            shop.write(f"models/{name.replace('.', '/')}.sql", text)
        return cls(shop)

    def day(self, ago: int) -> date:
        return max(self.now - timedelta(days=ago), BEGIN).date()

    # what may happen

    def land(self, rows: Iterable[tuple[str, int, int, bool]]) -> None:
        new = [
            Sale(store, id_, self.day(ago), len(self.sales) + number, gone)
            for number, (store, id_, ago, gone) in enumerate(rows)
        ]
        self.sales += new
        self.shop.add(*new)

    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def build(self, plug: tuple[int, bool] | None) -> None:
        if plug:
            self._run(around=Broken(plug[0], lost=plug[1]).over)
        elif self._run().ok:
            self.check()

    def run_again(self, ago: int, length: int) -> None:
        start = self.day(ago)
        self._run(window=(f"{start}", f"{start + timedelta(days=length)}"))

    def make_anew(self, plug: tuple[int, bool] | None) -> None:
        if plug:
            self._run(around=Broken(plug[0], lost=plug[1]).over, full_refresh=True)
        elif self._run(full_refresh=True).ok:
            self.check()

    def take_out(self, ago: int) -> None:
        which = Which(moment=datetime.combine(self.day(ago), datetime.min.time()))
        try:
            self.shop.rollback(f"{self.now}", which)
        except RunnerError as error:
            assert "does not exist" in error.message

    def _run(self, **chosen: Any) -> RunResult:
        """A build, and what the ledger says that it did."""
        try:
            run = self.shop.build(f"{self.now}", **chosen)
        except RunnerError:  # the plug was pulled before the first step
            return self._run()
        for name, generation, start in self.shop.sql(
            "select node, generation, batch_start from runner.batches "
            "where status in ('done', 'partial') "
            f"and invocation_id = '{run.invocation.id}' order by recorded_at"
        ):
            if self.generations.get(name) != generation:
                self.generations[name] = generation
                self.read[name] = {}
            self.read[name][start.date()] = self.of_day(start.date())
        return run

    def of_day(self, day: date) -> list[Sale]:
        return [sale for sale in self.sales if sale.on_day == day]

    # what must hold

    def check(self) -> None:
        for name, oracle in ORACLES.items():
            assert self.shop.rows(name) == oracle(self.read[name]), name

    def end(self) -> None:
        """After all batches have run again, nothing is left to do, and nothing would change."""
        window = (f"{BEGIN}", f"{self.now}")
        assert self._run(window=window).ok
        days = {sale.on_day: self.of_day(sale.on_day) for sale in self.sales}
        expected = {name: oracle(days) for name, oracle in ORACLES.items()}
        assert {name: self.shop.rows(name) for name in MODELS} == expected
        assert all(
            {reason.partition(":")[0] for reason in reasons.split("; ")}
            <= {"lookback", "not over when it ran"}
            for reasons in self.shop.reasons(f"{self.now}").values()
        )
        assert self._run().ok
        assert {name: self.shop.rows(name) for name in MODELS} == expected
        assert self._run(full_refresh=True).ok
        assert {name: self.shop.rows(name) for name in MODELS} == expected


sale = st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.integers(0, 3), st.booleans())
plug = st.none() | st.tuples(st.integers(1, 90), st.booleans())
happening = st.one_of(
    st.tuples(st.just("land"), st.lists(sale, min_size=1, max_size=5)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("build"), plug),
    st.tuples(st.just("run_again"), st.integers(0, 4), st.integers(1, 2)),
    st.tuples(st.just("make_anew"), plug),
    st.tuples(st.just("take_out"), st.integers(0, 4)),
)
histories = given(
    first=st.lists(sale, min_size=2, max_size=6), happenings=st.lists(happening, max_size=6)
)


def live(first: list[tuple[str, int, int, bool]], happenings: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History.open(Path(folder))
        history.land(first)
        for what, *details in happenings:
            getattr(history, what)(*details)
        history.end()
        history.shop.close()


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@histories
def test_a_history_ends_where_a_full_rebuild_does(
    first: list[tuple[str, int, int, bool]], happenings: list[tuple[Any, ...]]
) -> None:
    live(first, happenings)


@pytest.mark.slow
@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=list(HealthCheck))
@histories
def test_many_histories_end_where_a_full_rebuild_does(
    first: list[tuple[str, int, int, bool]], happenings: list[tuple[Any, ...]]
) -> None:
    live(first, happenings)
