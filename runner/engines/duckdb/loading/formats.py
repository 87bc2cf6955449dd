"""File formats: their options with Snowflake's defaults, and the statements that make them.

Pages *CREATE FILE FORMAT*, *ALTER FILE FORMAT* and *COPY INTO <table>* (format type options).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.engines import Column, Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.loading import names
from runner.engines.duckdb.loading.csvtext import CsvRules
from runner.engines.duckdb.loading.reading import LoadWords, pairs
from runner.engines.duckdb.loading.scan import TextOptions
from runner.engines.duckdb.statements import handles
from runner.errors import EngineError

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

KIND = "FILE FORMAT"
_COMMON: dict[str, Any] = {"COMPRESSION": "AUTO", "TRIM_SPACE": False, "NULL_IF": ("\\N",)}
_TEXT: dict[str, Any] = {
    "DATE_FORMAT": "AUTO",
    "TIME_FORMAT": "AUTO",
    "TIMESTAMP_FORMAT": "AUTO",
    "BINARY_FORMAT": "HEX",
    "REPLACE_INVALID_CHARACTERS": False,
    "SKIP_BYTE_ORDER_MARK": True,
    "MULTI_LINE": True,
    "FILE_EXTENSION": None,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "CSV": {
        **_COMMON,
        **_TEXT,
        "RECORD_DELIMITER": "\n",
        "FIELD_DELIMITER": ",",
        "PARSE_HEADER": False,
        "SKIP_HEADER": 0,
        "SKIP_BLANK_LINES": False,
        "ESCAPE": None,
        "ESCAPE_UNENCLOSED_FIELD": "\\",
        "FIELD_OPTIONALLY_ENCLOSED_BY": None,
        "ERROR_ON_COLUMN_COUNT_MISMATCH": True,
        "VALIDATE_UTF8": True,
        "EMPTY_FIELD_AS_NULL": True,
        "ENCODING": "UTF8",
    },
    "JSON": {
        **_COMMON,
        **_TEXT,
        "ENABLE_OCTAL": False,
        "ALLOW_DUPLICATE": False,
        "STRIP_OUTER_ARRAY": False,
        "STRIP_NULL_VALUES": False,
        "IGNORE_UTF8_ERRORS": False,
    },
    "PARQUET": {
        **_COMMON,
        "SNAPPY_COMPRESSION": True,
        "BINARY_AS_TEXT": True,
        "USE_LOGICAL_TYPE": False,
        "USE_VECTORIZED_SCANNER": False,
        "REPLACE_INVALID_CHARACTERS": False,
    },
    "AVRO": {**_COMMON, "REPLACE_INVALID_CHARACTERS": False},
    "ORC": {**_COMMON, "REPLACE_INVALID_CHARACTERS": False},
    "XML": {
        "COMPRESSION": "AUTO",
        "IGNORE_UTF8_ERRORS": False,
        "PRESERVE_SPACE": False,
        "STRIP_OUTER_ELEMENT": False,
        "DISABLE_SNOWFLAKE_DATA": False,
        "DISABLE_AUTO_CONVERT": False,
        "REPLACE_INVALID_CHARACTERS": False,
        "SKIP_BYTE_ORDER_MARK": True,
    },
}
_NONE_MEANS_NOTHING = {
    "RECORD_DELIMITER",
    "FIELD_DELIMITER",
    "ESCAPE",
    "ESCAPE_UNENCLOSED_FIELD",
    "FIELD_OPTIONALLY_ENCLOSED_BY",
    "FILE_EXTENSION",
}
_WORDS = {"COMPRESSION", "ENCODING", "BINARY_FORMAT"}


@dataclass(frozen=True)
class FileFormat:
    """A file format: `options` are those that were given, in Python's values.

    >>> FileFormat("CSV", {"SKIP_HEADER": 1})["SKIP_HEADER"], FileFormat("CSV", {})["ENCODING"]
    (1, 'UTF8')
    """

    type: str
    options: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.options.get(name, DEFAULTS[self.type].get(name))

    @property
    def escape_unenclosed(self) -> str | None:
        """What escapes in unenclosed fields: ESCAPE overrides ESCAPE_UNENCLOSED_FIELD."""
        escape: str | None = self["ESCAPE"]
        if escape is None:
            return str(found) if (found := self["ESCAPE_UNENCLOSED_FIELD"]) else None
        return None if escape == self["FIELD_OPTIONALLY_ENCLOSED_BY"] else escape

    def text_options(self) -> TextOptions:
        """How a CSV file of this format is read."""
        return TextOptions(
            rules=CsvRules(
                field_delimiter=self["FIELD_DELIMITER"],
                record_delimiter=self["RECORD_DELIMITER"],
                enclosed_by=self["FIELD_OPTIONALLY_ENCLOSED_BY"],
                escape=self["ESCAPE"],
                escape_unenclosed=self.escape_unenclosed,
                trim_space=self["TRIM_SPACE"],
                null_if=tuple(self["NULL_IF"]),
                empty_field_as_null=self["EMPTY_FIELD_AS_NULL"],
                skip_blank_lines=self["SKIP_BLANK_LINES"],
                multi_line=self["MULTI_LINE"],
            ),
            encoding=self["ENCODING"],
            compression=self["COMPRESSION"],
            skip_header=self["SKIP_HEADER"],
            parse_header=self["PARSE_HEADER"],
            replace_invalid=self["REPLACE_INVALID_CHARACTERS"],
            skip_mark=self["SKIP_BYTE_ORDER_MARK"],
        )


def make(given: Mapping[str, Any], base: FileFormat | None = None) -> FileFormat:
    """The format of these properties, as read from a statement; `base` is one to be altered.

    Raises `EngineError` for a property that the type does not have or a value it cannot take.
    """
    kind = str(given.get("TYPE", base.type if base else "CSV")).upper()
    if kind not in DEFAULTS:
        raise EngineError(f"SQL compilation error: invalid file format type '{kind}'", code=2004)
    options = dict(base.options) if base else {}
    for name, value in given.items():
        if name in ("TYPE", "COMMENT"):
            continue
        if name not in DEFAULTS[kind]:
            raise EngineError(
                f"SQL compilation error: invalid property '{name}' for 'FILE_FORMAT'", code=1423
            )
        options[name] = _value(name, value, DEFAULTS[kind][name])
    if options.get("PARSE_HEADER") and options.get("SKIP_HEADER"):
        raise EngineError("Invalid file format: PARSE_HEADER is not allowed with SKIP_HEADER")
    return FileFormat(kind, options)


def _value(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        if str(value).upper() not in ("TRUE", "FALSE"):
            raise _invalid(name, value)
        return str(value).upper() == "TRUE"
    if name == "SKIP_HEADER":
        if not str(value).isdigit():
            raise _invalid(name, value)
        return int(value)
    if name == "NULL_IF":
        several = isinstance(value, (list, tuple))
        return tuple(str(item) for item in (value if several else [value]))
    if name in _WORDS:
        return str(value).upper()
    if name in _NONE_MEANS_NOTHING:
        return None if str(value).upper() == "NONE" else characters(str(value))
    return str(value)


def _invalid(name: str, value: Any) -> EngineError:
    return EngineError(f"SQL compilation error: invalid value [{value}] for parameter '{name}'")


def characters(text: str) -> str:
    """A delimiter as written: escape sequences, hex (0x7c) and octal (\\174) values.

    >>> [characters(text) for text in ("|", "0x7c", "\\\\x7c", "\\\\174", "\\\\t", "\\\\")]
    ['|', '|', '|', '|', '\\t', '\\\\']
    """
    if text.lower().startswith("0x"):
        return bytes.fromhex(text[2:]).decode()
    if len(text) > 1 and text.startswith("\\"):
        if text.startswith("\\x"):
            return bytes.fromhex(text.replace("\\x", "")).decode()
        if text[1:].isdigit():
            return chr(int(text[1:], 8))
        named = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n", "\\\\": "\\"}
        return named.get(text, text)
    return text


def from_object(found: objects.Object) -> FileFormat:
    return make(dict(found.properties))


def named(session: Session, name: tuple[str, ...]) -> FileFormat:
    """The file format of this name. Raises `EngineError` 2003 when it does not exist."""
    return from_object(names.existing(session, KIND, names.full(session, name)))


def of_option(session: Session, value: Any) -> FileFormat | None:
    """The value of a FILE_FORMAT option: a list of properties, or a name; None without one."""
    if value is None:
        return None
    if isinstance(value, str):
        return named(session, LoadWords(value).name())
    given = pairs(value)
    if "FORMAT_NAME" in given:
        base = named(session, LoadWords(str(given.pop("FORMAT_NAME"))).name())
        if "TYPE" in given:
            raise EngineError(
                "SQL compilation error:\nFORMAT_NAME and TYPE are mutually exclusive", code=1019
            )
        return make(given, base)
    return make(given)


@handles("CREATE FILE FORMAT")
def create(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE] FILE FORMAT [IF NOT EXISTS] name TYPE = … options [COMMENT = …]"""
    return names.create(session, statement, KIND, _properties)


def _properties(words: LoadWords) -> dict[str, Any]:
    given = words.options()
    words.end()
    made = make(given)
    return {"TYPE": made.type, **made.options, "COMMENT": given.get("COMMENT")}


@handles("ALTER FILE FORMAT")
def alter(session: Session, statement: Statement) -> Result:
    """ALTER FILE FORMAT [IF EXISTS] name {RENAME TO name | SET options}"""

    def change(found: objects.Object, words: LoadWords) -> objects.Object:
        words.expect("SET")
        given = words.options()
        words.end()
        made = make(given, from_object(found))
        return found.changed(
            properties={"TYPE": made.type, **made.options},
            comment=given.get("COMMENT", found.comment),
        )

    return names.alter(session, statement, KIND, change)


@handles("DROP FILE FORMAT")
def drop(session: Session, statement: Statement) -> Result:
    """DROP FILE FORMAT [IF EXISTS] name"""
    return names.drop(session, statement, KIND)


@handles("DESC FILE FORMAT", "DESCRIBE FILE FORMAT")
def describe(session: Session, statement: Statement) -> Result:
    """DESCRIBE FILE FORMAT name: a row per property, with its default."""
    words = LoadWords(statement.sql)
    words.next()
    words.expect("FILE", "FORMAT")
    made = named(session, words.name())
    words.end()
    rows = [("TYPE", "String", made.type, "CSV"), *property_rows(made)]
    columns = ("property", "property_type", "property_value", "property_default")
    return Result(tuple(Column(name, "VARCHAR") for name in columns), list(rows), len(rows))


def shown_properties(given: Mapping[str, Any]) -> dict[str, str]:
    """Every property of a recorded format as INFORMATION_SCHEMA shows it, defaults included."""
    made = FileFormat(str(given.get("TYPE", "CSV")), given)
    return {name: _shown(made[name]) for name in DEFAULTS[made.type]}


def property_rows(made: FileFormat) -> list[tuple[str, str, str, str]]:
    """What DESCRIBE shows of a format: property, kind of value, value, default."""
    return [
        (name, _kind(default), _shown(made[name]), _shown(default))
        for name, default in DEFAULTS[made.type].items()
    ]


def _kind(default: Any) -> str:
    if isinstance(default, bool):
        return "Boolean"
    return (
        "Integer"
        if isinstance(default, int)
        else "List"
        if isinstance(default, tuple)
        else "String"
    )


def _shown(value: Any) -> str:
    if value is None:
        return "NONE"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return (
        str(value).encode("unicode_escape").decode()
        if str(value).strip() != str(value)
        else str(value)
    )
