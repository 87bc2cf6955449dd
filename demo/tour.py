"""How a domain is shown: its steps on the landing zone and its views of the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.zone import Zone
from runner.engines import Result, Session

BAR_WIDTH = 40


@dataclass(frozen=True)
class View:
    """A query and how to show its rows: as a table, or as bars by the second column."""

    title: str
    explanation: str
    query: Path
    bars: bool = False


@dataclass(frozen=True)
class Step:
    """One thing that happens at the source; `land` returns the files that landed."""

    title: str
    land: Callable[[Zone], Sequence[Path]]


@dataclass(frozen=True)
class Domain:
    """What a domain lands before the first and before the second build, and what is shown."""

    name: str
    before_first: tuple[Step, ...]
    before_second: tuple[Step, ...]
    views: tuple[View, ...]


def heading(console: Console, text: str, explanation: str = "") -> None:
    console.print()
    console.rule(f"[bold]{text}", align="left")
    if explanation:
        console.print(explanation, style="dim")


def land(console: Console, zone: Zone, steps: Sequence[Step]) -> None:
    """Take the steps and list the files with the number of their rows."""
    for step in steps:
        console.print(f"[bold]{step.title}")
        for path in step.land(zone):
            rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
            console.print(f"  {path.relative_to(zone.folder).as_posix():<44}{rows:>6} rows")


def show(console: Console, session: Session, view: View) -> None:
    heading(console, view.title, view.explanation)
    result = session.execute(view.query.read_text(encoding="utf-8"))
    console.print(_bars(result) if view.bars else _table(result))


def _table(result: Result) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    numbers = [
        all(isinstance(value, int | float | Decimal) or value is None for value in column)
        for column in zip(*result.rows, strict=True)
    ] or [False] * len(result.columns)
    for column, is_number in zip(result.columns, numbers, strict=True):
        table.add_column(column.name.lower(), justify="right" if is_number else "left")
    for row in result.rows:
        table.add_row(*(_text(value) for value in row))
    return table


def _bars(result: Result) -> Table:
    """The first column as a label, the second as a bar, all with their values."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    label, measure, *rest = (column.name.lower() for column in result.columns)
    table.add_column(label)
    table.add_column("")
    for name in (measure, *rest):
        table.add_column(name, justify="right")
    greatest = max((row[1] for row in result.rows), default=0) or 1
    for row in result.rows:
        bar = Text("█" * round(BAR_WIDTH * float(row[1] / greatest)), style="cyan")
        table.add_row(_text(row[0]), bar, *(_text(value) for value in row[1:]))
    return table


def _text(value: Any) -> str:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)
