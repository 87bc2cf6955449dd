"""The landing zone of TPC-H: eight tables as tpchgen-cli generates them, over two days.

`<landing>/tpch/<table>/<time>_extract.parquet` land on the first day, `<time>_new.parquet` and
`<time>_changed.parquet` later. The specification of TPC-H fixes every value, so a seed changes
nothing. The orders that are held back for the second day are spread over all order keys and dates.
"""

from __future__ import annotations

import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from demo import files
from demo.zone import STAMP, Zone
from runner.errors import UsageError

DIMENSIONS = ("region", "nation", "customer", "supplier", "part", "partsupp")
KEYS = {"orders": "o_orderkey", "lineitem": "l_orderkey"}
SCALE_FACTOR = 0.01  # 1,500 customers, 15,000 orders, 60,000 lines
IS_NEW = "{key} % 100 = 33"  # an order in a hundred

IN_PROCESS = "select o_orderkey from {orders} where o_orderstatus = 'P' and o_orderkey % 5 = 0"
CHANGES = {
    # what was partly finished is finished
    "orders": "select * replace ('F' as o_orderstatus) from {orders}"
    f" where o_orderkey in ({IN_PROCESS}) order by o_orderkey",
    "lineitem": "select * replace ('F' as l_linestatus) from {lineitem}"
    f" where l_orderkey in ({IN_PROCESS}) order by l_orderkey, l_linenumber",
    # all suppliers but one have run out of some parts
    "partsupp": "select * replace (0 as ps_availqty) from {partsupp} where ps_partkey % 100 = 7"
    " qualify row_number() over (partition by ps_partkey order by ps_suppkey) > 1"
    " order by ps_partkey, ps_suppkey",
    # some customers work in another line of business now
    "customer": "select * replace ('MACHINERY' as c_mktsegment) from {customer}"
    " where c_custkey % 50 = 9 order by c_custkey",
}


def first_extracts(zone: Zone, scale_factor: float = SCALE_FACTOR) -> list[Path]:
    """All rows of all tables, but for the orders that are new on a later day."""
    with _generated(scale_factor, *DIMENSIONS, *KEYS) as generated:
        landed = [
            files.write_query(_path(zone, table, "extract"), f"from {_table(generated, table)}")
            for table in DIMENSIONS
        ]
        return landed + _orders(zone, generated, "extract", f"not ({IS_NEW})")


def new_orders(zone: Zone, scale_factor: float = SCALE_FACTOR) -> list[Path]:
    """The orders that were held back, 1% of all, with their lines."""
    with _generated(scale_factor, *KEYS) as generated:
        return _orders(zone, generated, "new", IS_NEW)


def changes(zone: Zone) -> list[Path]:
    """Orders that are finished now, offers that have run out, customers who changed their
    line of business: whole rows, in the state that they have from now on."""
    extracts = {table: zone.folder / "tpch" / table / "*_extract.parquet" for table in CHANGES}
    if not all(any(path.parent.glob(path.name)) for path in extracts.values()):
        raise UsageError(
            f"there are no extracts in {zone.folder / 'tpch'} yet",
            "land the first ones: python -m demo.generate tpch extracts",
        )
    named = {table: _quoted(path) for table, path in extracts.items()}
    return [
        files.write_query(_path(zone, table, "changed"), sql.format(**named))
        for table, sql in CHANGES.items()
    ]


def _orders(zone: Zone, generated: Path, kind: str, condition: str) -> list[Path]:
    """Orders and their lines of which the condition on their key holds."""
    return [
        files.write_query(
            _path(zone, table, kind),
            f"from {_table(generated, table)} where {condition.format(key=key)}",
        )
        for table, key in KEYS.items()
    ]


def _path(zone: Zone, table: str, kind: str) -> Path:
    return zone.folder / "tpch" / table / f"{zone.now.strftime(STAMP)}_{kind}.parquet"


def _table(generated: Path, name: str) -> str:
    return _quoted(generated / f"{name}.parquet")


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


@contextmanager
def _generated(scale_factor: float, *tables: str) -> Iterator[Path]:
    """A folder with `<table>.parquet` for each of the tables."""
    command = Path(sysconfig.get_path("scripts")) / "tpchgen-cli"
    with tempfile.TemporaryDirectory() as name:
        arguments: Sequence[str] = (
            *("--scale-factor", str(scale_factor), "--tables", ",".join(tables)),
            *("--output-dir", name),
        )
        subprocess.run([command, "parquet", "--quiet", *arguments], check=True)
        yield Path(name)
