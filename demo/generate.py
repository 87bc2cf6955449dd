"""`python -m demo.generate`: sample data for a landing folder, a group of commands per domain."""

from __future__ import annotations

import sys

import click

from demo.regional.commands import regional
from demo.retail.commands import retail
from demo.sales.commands import sales
from demo.shopify.commands import shopify
from demo.tpch.commands import tpch
from runner.errors import FAILED, RunnerError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def generate() -> None:
    """Land sample data. The same seed and times give the same files, byte for byte."""


generate.add_command(retail)
generate.add_command(tpch)
generate.add_command(sales)
generate.add_command(regional)
generate.add_command(shopify)


def main() -> None:
    try:
        generate()
    except RunnerError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
