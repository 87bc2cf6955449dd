"""The type that values of different types are brought to."""

from __future__ import annotations

from runner.engines.duckdb import types
from runner.engines.duckdb.types import Type
from runner.errors import EngineError, Unsupported


def common(left: Type, right: Type) -> Type:
    """The type that CASE, COALESCE, IN, UNION and comparisons bring two values to.

    >>> str(common(types.number(12, 2), types.number(38, 0)))
    'NUMBER(38,2)'
    """
    if left == right or "NULL" in (left.name, right.name):
        return right if left.name == "NULL" else left
    names = {left.name, right.name}
    if len(names) == 1:
        return wider(left, right)
    for name, others in STRONGER:
        if name in names and names - {name} <= others:
            return left if left.name == name else right
    if "NUMBER" in names and names - {"NUMBER"} <= types.TIMESTAMPS:
        raise Unsupported(f"a {left.name} beside a {right.name}")
    raise EngineError(
        f"SQL compilation error:\nincompatible types: [{left}] and [{right}]",
        code=2122,
        sqlstate="42846",
    )


ALL = frozenset(types.PHYSICAL) | {"NUMBER"}


# a type and those that yield to it, in the order in which they are tried
STRONGER: tuple[tuple[str, frozenset[str]], ...] = (
    ("VARIANT", ALL),
    ("FLOAT", frozenset({"NUMBER", "VARCHAR"})),
    ("NUMBER", frozenset({"VARCHAR"})),
    ("BOOLEAN", frozenset({"VARCHAR", "NUMBER", "FLOAT"})),
    ("DATE", frozenset({"VARCHAR"})),
    ("TIME", frozenset({"VARCHAR"})),
    ("TIMESTAMP_TZ", frozenset({"VARCHAR", "DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ"})),
    ("TIMESTAMP_LTZ", frozenset({"VARCHAR", "DATE", "TIMESTAMP_NTZ"})),
    ("TIMESTAMP_NTZ", frozenset({"VARCHAR", "DATE"})),
    ("BINARY", frozenset({"VARCHAR"})),
)


def wider(left: Type, right: Type) -> Type:
    """Of two types of one name, the one that holds both."""
    if left.name == "NUMBER":
        scale = max(left.scale, right.scale)
        return types.number(max(left.leading, right.leading) + scale, scale)
    if left.length is None or (right.length is not None and left.length >= right.length):
        return left if left.digits >= right.digits else right
    return right
