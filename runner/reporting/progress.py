"""What runs right now, at the foot of a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from runner.reporting.sentences import duration

SHOWN = 8  # running nodes that are listed
FLUSH = 0.1  # seconds between two blocks of lines: printing each alone costs more than a node


class Progress:
    """Lines that stay, and below them what is running and for how long."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._running: dict[str, float] = {}
        self._lines: list[str] = []
        self._flushed = 0.0
        self._console = Console(file=sys.stderr)
        self._live = Live(
            console=self._console,
            get_renderable=self._render,
            refresh_per_second=8,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._console.show_cursor(True)  # Live hides it, and a kill would leave it hidden

    def started(self, node: str) -> None:
        self._running[node] = time.monotonic()

    def finished(self, node: str, line: str) -> None:
        self._running.pop(node, None)
        self._done += 1
        self.say(line)

    def say(self, line: str) -> None:
        self._lines.append(line)
        if time.monotonic() - self._flushed > FLUSH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._live.stop()

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self._console.print(_text(lines), soft_wrap=True)
        self._flushed = time.monotonic()

    def _render(self) -> RenderableType:
        now = time.monotonic()
        running = list(self._running.items())
        foot = [
            Text(f"  {node}  {duration(now - since)}", style="dim", no_wrap=True)
            for node, since in running[:SHOWN]
        ]
        if len(running) > SHOWN:
            foot.append(Text(f"  and {len(running) - SHOWN} more", style="dim"))
        count = Text(
            f"{self._done}/{self._total} done, {duration(now - self._began)}", style="bold"
        )
        return Group(_text(self._lines), *foot, count) if self._lines else Group(*foot, count)


def _text(lines: Iterable[str]) -> Text:
    return Text.from_ansi("\n".join(lines))
