"""Names of functions: one of Snowflake that is not built is refused, any other is unknown."""

from __future__ import annotations

from pathlib import Path

from runner.errors import EngineError, Unsupported

# families of functions (page *All functions*) of which none, or not all, are built
BEGINNINGS = (
    "AI_",
    "APPROXIMATE_",
    "APPROX_PERCENTILE_",
    "APPROX_TOP_K",
    "BITMAP_",
    "DATABASE_REFRESH_PROGRESS",
    "DECOMPRESS_",
    "DECRYPT",
    "DP_INTERVAL_",
    "ENCRYPT",
    "FL_",
    "GET_",
    "H3_",
    "HLL_",
    "INTERPOLATE_",
    "MAP_",
    "MINHASH",
    "MODEL_MONITOR_",
    "QUERY_HISTORY",
    "REPLICATION_",
    "SERVERLESS_",
    "ST_",
    "SYSTEM$",
    "TAG_REFERENCES",
    "TRY_DECRYPT",
    "VECTOR_",
)
ENDINGS = (
    "_DECFLOAT",
    "_FILE",
    "_FILES",
    "_FILE_URL",
    "_GEOGRAPHY",
    "_GEOMETRY",
    "_HISTORY",
    "_IN_SESSION",
    "_REFERENCES",
    "_UUID",
)
OTHERS = frozenset(
    (Path(__file__).parent / "known_functions.txt").read_text(encoding="utf-8").split()
)


def is_known(name: str) -> bool:
    """Whether Snowflake has a function of this name beside those that are built.

    >>> is_known("ST_AREA"), is_known("XMLGET"), is_known("FROBNICATE")
    (True, True, False)
    """
    return name in OTHERS or name.startswith(BEGINNINGS) or name.endswith(ENDINGS)


def refusal(path: tuple[str, ...], name: str, kind: str = "function") -> EngineError:
    """The error for a call of something that is neither built nor made by a user; `path` is what
    qualifies the name."""
    if path[:1] == ("SNOWFLAKE",):
        return Unsupported(f"{kind} {'.'.join((*path, name))}")
    if path:
        full = ".".join((*path, name))
        return unknown(f"user-defined {kind} {full}", 2141)
    return Unsupported(f"{kind} {name}") if is_known(name) else unknown(f"{kind} {name}", 2140)


def unknown(what: str, code: int) -> EngineError:
    return EngineError(f"SQL compilation error:\nUnknown {what}", code=code, sqlstate="42601")
