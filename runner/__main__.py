"""The console command: `runner`, and `python -m runner`."""

import gc

from runner.leaving import at_once

# Between two looks for garbage, many more objects are made than usual: what modules and caches hold
# is none, and looking through it takes a tenth of the time. Syntax trees are cycles, made and
# dropped by the thousand: never looking would take three times the memory.
OBJECTS = 20_000


def main() -> None:
    """Import the command line, and hand over to it."""
    gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])
    with at_once():
        from runner import cli  # noqa: PLC0415

    cli.main()


if __name__ == "__main__":
    main()
