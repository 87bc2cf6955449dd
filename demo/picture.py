"""`python -m demo.picture`: the picture in the README, drawn from what the demo prints.

The demo runs in a pseudo-terminal, so that it is shown as a person sees it.
"""

from __future__ import annotations

import io
import os
import pty
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parent.parent / "docs/demo.svg"
COLUMNS = 112
BUILD = "4. The second build"
STEPS = 12  # of its steps, the last ones
BUILT = re.compile(r"  build  ")
HISTORY, DELETED = "The history of a customer", "Customers who were deleted"
ENDED = re.compile(r" *\d+/\d+  (ok|warn) ")
SALES, STORES = "Sales by day", "Top 10 stores"

# Text in the reader's own monospace font: no font is fetched from anywhere.
SVG = """\
<svg viewBox="-16 -16 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
  <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
<rect x="-16" y="-16" width="{terminal_width}" height="{terminal_height}" rx="8" fill="#292929" />
<g clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Run the demo and write its most telling part to docs/demo.svg."""
    console = Console(record=True, width=COLUMNS + 3, file=io.StringIO())
    for line in chosen(demo_output().splitlines()):
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
    PICTURE.write_text(console.export_svg(code_format=SVG), encoding="utf-8")


def demo_output() -> str:
    """What `python -m demo retail` prints to a terminal."""
    read = bytearray()

    def keep(descriptor: int) -> bytes:
        data = os.read(descriptor, 65536)
        read.extend(data)
        return data

    os.environ.update(COLUMNS=str(COLUMNS), TERM="xterm-256color")
    status = pty.spawn([sys.executable, "-m", "demo", "retail"], keep)
    if status:
        sys.exit(os.waitstatus_to_exitcode(status))
    return read.decode()


def chosen(lines: list[str]) -> list[str]:
    """How the second build ends, the history of a customer, and the sales by day."""
    plain = [Text.from_ansi(line).plain for line in lines]

    def index(start: str, begin: int = 0) -> int:
        return next(i for i in range(begin, len(plain)) if plain[i].startswith(start))

    build, history = index(BUILD), index(HISTORY)
    plan = index("plan: ", build)
    # what ran just now is drawn again and again at the foot of a terminal: each line once
    ended = {plain[i]: lines[i] for i in range(plan, history) if ENDED.match(plain[i])}
    return [
        *lines[build : plan + 1],
        *(lines[i] for i in range(plan, history) if BUILT.match(plain[i])),
        "",
        *[ended[line] for line in sorted(ended)][-STEPS:],
        lines[index("build done", build)],
        "",
        *lines[history : index(DELETED)],
        *lines[index(SALES) : index(STORES)],
    ]


if __name__ == "__main__":
    main()
