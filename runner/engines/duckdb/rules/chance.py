"""What chance gives: RANDOM, UNIFORM, UUID_STRING, RANDSTR."""

from __future__ import annotations

from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.types import FLOAT, INTEGER, TEXT
from runner.errors import Unsupported


@function("RANDOM", arguments=(0, 1))
def random(call: Call) -> Value:
    """A random 64-bit integer; with a seed the numbers would be others."""
    if len(call):
        raise Unsupported("RANDOM with a seed")
    return Value(
        "CAST((random() - 0.5::DOUBLE) * 18446744073709549568.0::DOUBLE AS DECIMAL(38,0))",
        INTEGER,
        volatile=True,
    )


@function("UNIFORM", arguments=(3, 3))
def uniform(call: Call) -> Value:
    """A random number between two constants, both included; the generator must be RANDOM()."""
    low, high = call.value(0), call.value(1)
    if not call.value(2).volatile:
        raise Unsupported("UNIFORM of a generator other than RANDOM()")
    if low.type.name == high.type.name == "NUMBER" and not low.type.scale and not high.type.scale:
        spread = f"(CAST({high.sql} AS DOUBLE) - CAST({low.sql} AS DOUBLE) + 1)"
        text = f"CAST(floor(random() * {spread}) AS DECIMAL(38,0)) + {low.sql}"
        return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER, volatile=True)
    start, end = call.floating(0), call.floating(1)
    return Value(f"({start} + random() * ({end} - {start}))", FLOAT, volatile=True)


@function("UUID_STRING", arguments=(0, 2))
def uuid_string(call: Call) -> Value:
    if len(call):
        raise Unsupported("UUID_STRING with a namespace")
    return Value("CAST(uuid() AS VARCHAR)", TEXT, volatile=True)


@function("RANDSTR", arguments=(2, 2))
def randstr(call: Call) -> Value:
    """RANDSTR(5, RANDOM()): so many random letters and digits."""
    if not call.value(1).volatile:
        raise Unsupported("RANDSTR of a generator other than RANDOM()")
    return Value(f"sf_randstr({call.integer(0)})", TEXT, volatile=True)
