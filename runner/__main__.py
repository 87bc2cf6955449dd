"""The console command: `runner`, and `python -m runner`."""

from runner.leaving import at_once


def main() -> None:
    """Import the command line, and hand over to it."""
    with at_once():
        from runner import cli  # noqa: PLC0415

    cli.main()


if __name__ == "__main__":
    main()
