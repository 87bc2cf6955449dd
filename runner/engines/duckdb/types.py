"""Snowflake's types, and what DuckDB holds them in.

| Snowflake | DuckDB | why |
|---|---|---|
| NUMBER(p,s) | DECIMAL(p,s) | the catalog keeps the declared type; int literals are written `5.` |
| FLOAT | DOUBLE | |
| VARCHAR(n), BINARY(n) | VARCHAR, BLOB | the length is declared beside (`catalog`) |
| BOOLEAN, DATE, TIME | the same | |
| TIMESTAMP_NTZ | TIMESTAMP | microseconds; finer values are refused by name |
| TIMESTAMP_LTZ | TIMESTAMPTZ | |
| TIMESTAMP_TZ | STRUCT(utc TIMESTAMP, tz SMALLINT) | the instant, then the offset in minutes |
| VARIANT, OBJECT, ARRAY | JSON | canonical text, see `rules/variants.py` |

DuckDB's own VARIANT was tried and left: it reads fields without regard to case, and `group by`
and `distinct` keep equal values apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from runner.errors import EngineError, Unsupported

MAX_PRECISION = 38
MAX_LENGTH = 16777216
MAX_BINARY = 8388608


@dataclass(frozen=True, slots=True)
class Type:
    """A Snowflake type. `precision` and `scale` belong to NUMBER, `length` to VARCHAR and BINARY
    (None: the longest), `digits` of fractional seconds to the time types."""

    name: str
    precision: int = 0
    scale: int = 0
    length: int | None = None
    digits: int = 9

    def __str__(self) -> str:
        """As Snowflake describes it: `NUMBER(12,2)`, `VARCHAR(10)`, `TIMESTAMP_NTZ(9)`."""
        if self.name == "NUMBER":
            return f"NUMBER({self.precision},{self.scale})"
        if self.name == "VARCHAR":
            return f"VARCHAR({self.length or MAX_LENGTH})"
        if self.name == "BINARY":
            return f"BINARY({self.length or MAX_BINARY})"
        if self.name in TIMES:
            return f"{self.name}({self.digits})"
        return self.name

    @property
    def duckdb(self) -> str:
        """DuckDB's type for it."""
        if self.name == "NUMBER":
            return f"DECIMAL({self.precision},{self.scale})"
        return PHYSICAL[self.name]

    @property
    def leading(self) -> int:
        """Digits before the decimal point of a NUMBER."""
        return self.precision - self.scale


TIMES = frozenset({"TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})
TIMESTAMPS = frozenset({"TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})
SEMI_STRUCTURED = frozenset({"VARIANT", "OBJECT", "ARRAY"})

PHYSICAL = {
    "FLOAT": "DOUBLE",
    "VARCHAR": "VARCHAR",
    "BINARY": "BLOB",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_LTZ": "TIMESTAMPTZ",
    "TIMESTAMP_TZ": "STRUCT(utc TIMESTAMP, tz SMALLINT)",
    "VARIANT": "JSON",
    "OBJECT": "JSON",
    "ARRAY": "JSON",
    "NULL": "VARCHAR",
    "INTERVAL": "INTERVAL",
}

TEXT = Type("VARCHAR")
FLOAT = Type("FLOAT")
BOOLEAN = Type("BOOLEAN")
DATE = Type("DATE")
TIME = Type("TIME")
NTZ = Type("TIMESTAMP_NTZ")
LTZ = Type("TIMESTAMP_LTZ")
TZ = Type("TIMESTAMP_TZ")
BINARY = Type("BINARY")
VARIANT = Type("VARIANT")
OBJECT = Type("OBJECT")
ARRAY = Type("ARRAY")
NULL = Type("NULL")
INTERVAL = Type("INTERVAL")


@lru_cache(maxsize=2048)
def number(precision: int = MAX_PRECISION, scale: int = 0) -> Type:
    """NUMBER(precision, scale), the precision cut to 38.

    >>> str(number(40, 2))
    'NUMBER(38,2)'
    """
    if scale > 37 or scale < 0 or precision < 1:
        raise EngineError(
            f"SQL compilation error:\ninvalid value [{precision}, {scale}] for NUMBER",
            code=2010,
            sqlstate="22023",
        )
    return Type("NUMBER", min(precision, MAX_PRECISION), scale)


INTEGER = number(38, 0)


@lru_cache(maxsize=2048)
def text(length: int) -> Type:
    """VARCHAR(length); a literal has the type of its own length."""
    return Type("VARCHAR", length=max(length, 1))


WORDS = {
    "NUMBER": INTEGER,
    "DECIMAL": INTEGER,
    "DEC": INTEGER,
    "NUMERIC": INTEGER,
    "INT": INTEGER,
    "INTEGER": INTEGER,
    "BIGINT": INTEGER,
    "SMALLINT": INTEGER,
    "TINYINT": INTEGER,
    "BYTEINT": INTEGER,
    "FLOAT": FLOAT,
    "FLOAT4": FLOAT,
    "FLOAT8": FLOAT,
    "DOUBLE": FLOAT,
    "DOUBLE PRECISION": FLOAT,
    "REAL": FLOAT,
    "VARCHAR": TEXT,
    "STRING": TEXT,
    "TEXT": TEXT,
    "NVARCHAR": TEXT,
    "NVARCHAR2": TEXT,
    "CHAR VARYING": TEXT,
    "NCHAR VARYING": TEXT,
    "CHAR": Type("VARCHAR", length=1),
    "CHARACTER": Type("VARCHAR", length=1),
    "NCHAR": Type("VARCHAR", length=1),
    "BINARY": BINARY,
    "VARBINARY": BINARY,
    "BOOLEAN": BOOLEAN,
    "DATE": DATE,
    "DATETIME": NTZ,
    "TIME": TIME,
    "TIMESTAMP": NTZ,
    "TIMESTAMPNTZ": NTZ,
    "TIMESTAMP_NTZ": NTZ,
    "TIMESTAMP WITHOUT TIME ZONE": NTZ,
    "TIMESTAMPLTZ": LTZ,
    "TIMESTAMP_LTZ": LTZ,
    "TIMESTAMP WITH LOCAL TIME ZONE": LTZ,
    "TIMESTAMPTZ": TZ,
    "TIMESTAMP_TZ": TZ,
    "TIMESTAMP WITH TIME ZONE": TZ,
    "VARIANT": VARIANT,
    "OBJECT": OBJECT,
    "ARRAY": ARRAY,
}


# types of Snowflake that are not built
OTHERS = frozenset(
    {"DECFLOAT", "FILE", "GEOGRAPHY", "GEOMETRY", "INTERVAL", "MAP", "UUID", "VECTOR", "XML"}
)
FIRST_WORDS = {word.split()[0] for word in WORDS} | OTHERS


@lru_cache(maxsize=4096)
def parse(written: str) -> Type:
    """A type from its name in Snowflake's SQL.

    >>> [str(parse(text)) for text in ("int", "decimal(12, 2)", "varchar(10)", "timestamp_tz")]
    ['NUMBER(38,0)', 'NUMBER(12,2)', 'VARCHAR(10)', 'TIMESTAMP_TZ(9)']
    """
    match = re.fullmatch(r"\s*([A-Za-z_0-9 ]+?)\s*(?:\(([\d\s,]*)\))?\s*", written)
    word = " ".join(match.group(1).upper().split()) if match else written.upper()
    if word.partition("(")[0].split(" ")[0] not in FIRST_WORDS:
        raise EngineError(
            f"SQL compilation error:\nUnsupported data type '{written.strip().upper()}'.",
            code=2040,
            sqlstate="42601",
        )
    if match is None or word not in WORDS:
        raise Unsupported(f"the type {written.strip().upper()}")
    numbers = [int(part) for part in (match.group(2) or "").split(",") if part.strip()]
    return sized(WORDS[word], numbers)


def is_type(word: str) -> bool:
    """Whether a word is a Snowflake type's name."""
    return word in WORDS or word in OTHERS


def sized(base: Type, numbers: list[int]) -> Type:
    """A type with its numbers in parentheses: precision and scale, length, or digits."""
    if not numbers:
        return base
    if base.name == "NUMBER":
        if numbers[0] > MAX_PRECISION:
            raise EngineError(
                "SQL compilation error:\ninvalid number precision: "
                f"{numbers[0]}. Must be between 0 and {MAX_PRECISION}.",
                code=2010,
                sqlstate="22023",
            )
        return number(numbers[0], numbers[1] if len(numbers) > 1 else 0)
    if base.name in ("VARCHAR", "BINARY"):
        return Type(base.name, length=numbers[0])
    if base.name in TIMES:
        return Type(base.name, digits=numbers[0])
    return base


TREE_WORDS = {
    "TIMESTAMPLTZ": LTZ,
    "TIMESTAMPTZ": TZ,
    "TIMESTAMPNTZ": NTZ,
    "TIMESTAMP": NTZ,
    "UBIGINT": INTEGER,
    "BIGDECIMAL": INTEGER,
    "JSON": VARIANT,
    "STRUCT": OBJECT,
}


def from_tree(node: exp.DataType) -> Type:
    """The type of a syntax tree's type node, as in `x::number(10, 2)`."""
    numbers = [
        int(item.this.name) for item in node.expressions if isinstance(item, exp.DataTypeParam)
    ]
    if node.expressions and not numbers:
        raise Unsupported(f"the structured type {node.sql('snowflake')}")
    word = node.this.value
    if word == "USERDEFINED":
        return parse(str(node.args.get("kind") or node.sql("snowflake")))
    base = TREE_WORDS.get(word) or WORDS.get(word)
    if base is None:
        return parse(node.sql("snowflake"))
    return sized(base, numbers)


DUCKDB_WORDS = {
    "DOUBLE": FLOAT,
    "FLOAT": FLOAT,
    "VARCHAR": TEXT,
    "BLOB": BINARY,
    "BOOLEAN": BOOLEAN,
    "DATE": DATE,
    "TIME": TIME,
    "TIMESTAMP": NTZ,
    "TIMESTAMP WITH TIME ZONE": LTZ,
    "TIMESTAMPTZ": LTZ,
    "JSON": VARIANT,
    "INTEGER": INTEGER,
    "BIGINT": INTEGER,
    "HUGEINT": INTEGER,
    "SMALLINT": INTEGER,
    "TINYINT": INTEGER,
    "UBIGINT": INTEGER,
    "UINTEGER": INTEGER,
    '"NULL"': NULL,
}


@lru_cache(maxsize=4096)
def from_duckdb(name: str) -> Type:
    """The Snowflake type that a DuckDB column holds, lengths aside.

    >>> str(from_duckdb("DECIMAL(12,2)"))
    'NUMBER(12,2)'
    """
    if name.startswith("DECIMAL("):
        precision, scale = name[8:-1].split(",")
        return number(int(precision), int(scale))
    if name.startswith("STRUCT(") and "utc TIMESTAMP" in name.replace('"', ""):
        return TZ
    if name.endswith("[]"):
        return ARRAY
    if name in DUCKDB_WORDS:
        return DUCKDB_WORDS[name]
    raise Unsupported(f"DuckDB's type {name}")
