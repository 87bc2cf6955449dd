"""How a domain is shown: its steps on the landing zone and its views of the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from demo import files
from demo.zone import Zone
from runner.engines import Result, Session
from runner.reporting import tabular

BAR_WIDTH = 32  # characters


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
    """What a domain lands before the first and before the second build, and what is shown: of
    several domains the first view alone. `build_options` are for its builds."""

    name: str
    before_first: tuple[Step, ...]
    before_second: tuple[Step, ...]
    views: tuple[View, ...]
    build_options: tuple[str, ...] = ()


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
            name = path.relative_to(zone.folder).as_posix()
            console.print(f"  {name:<52}{files.count(path):>8} rows")


def show(console: Console, session: Session, view: View) -> None:
    heading(console, view.title, view.explanation)
    result = session.execute(view.query.read_text(encoding="utf-8"))
    names = [column.name.lower() for column in result.columns]
    rows = [*map(_with_bar, result.rows, _bars(result))] if view.bars else result.rows
    headers = [names[0], "", *names[1:]] if view.bars else names
    console.print(tabular.table(headers, rows), markup=False, soft_wrap=True)


def _bars(result: Result) -> list[str]:
    """A bar for the second column of every row; the greatest value has the full width."""
    greatest = max((row[1] for row in result.rows), default=0) or 1
    return ["█" * round(BAR_WIDTH * float(row[1] / greatest)) for row in result.rows]


def _with_bar(row: tuple[Any, ...], bar: str) -> tuple[Any, ...]:
    return (row[0], bar, *row[1:])
