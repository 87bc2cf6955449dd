"""Where in a file an error of the database comes from, as far as its text can tell.

Snowflake says `error line 3 at position 7` of the statement that it was given, or names a column or
a function; an error in a value says nothing, but only a division can divide by zero, and only a
cast cannot read a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from runner.errors import (
    EngineError,
    Located,
    MachineFailed,
    NotThere,
    RunnerError,
)
from runner.nodes import Check, Model, Node

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_POSITION = re.compile(r"error line (\d+) at position \d+")
_NAMED = re.compile(
    r"(?:invalid identifier|ambiguous column name) '(?P<column>[^']+)'"
    r"|\[(?P<key>[^\]]+)\] is not a valid group by expression"
    r"|Object '(?P<object>[^']+)' does not exist"
    r"|function (?P<function>\w+)"
    r"|(?P<construct>\w+) is not supported",
    re.IGNORECASE,
)
_DIVISIONS = frozenset({"SLASH", "MOD"})  # types of tokens

# The beginning of a message -> the types whose casts raise it
_NUMBER = r"number|numeric|decimal|(big|small|tiny|byte)?int(eger)?|float\d?|double|real"
_TYPES = {
    "Numeric value": re.compile(rf"(to_)?({_NUMBER})\Z", re.IGNORECASE),
    "Timestamp": re.compile(r"(to_)?(timestamp(_?(ntz|ltz|tz))?|datetime)\Z", re.IGNORECASE),
    "Date": re.compile(r"(to_)?date\Z", re.IGNORECASE),
    "Time": re.compile(r"(to_)?time\Z", re.IGNORECASE),
    "Boolean value": re.compile(r"(to_)?boolean\Z", re.IGNORECASE),
}

Suspect = Callable[["Token"], bool]


def told(node: Node, error: RunnerError) -> str:
    """An error with the file that it comes from in front, and the line where that is known."""
    if isinstance(error, MachineFailed | Located):
        return str(error)
    if isinstance(error, EngineError):
        return explained(node, error)
    text = str(error)
    return text if text.startswith(node.path) else f"{node.path}: {text}"


def culprit(node: Node, error: RunnerError) -> str:
    """The file to mend, as a path in the project; empty where none is wrong."""
    if isinstance(error, Located):
        return error.path
    return "" if isinstance(error, MachineFailed | NotThere) else node.path


def explained(node: Node, error: EngineError) -> str:
    """The error as a reader of the file wants it: `models/x.sql:12: Division by zero`.

    Where several lines may be the cause, the hint lists them.
    """
    lines = _lines(node, error)
    where = f"{node.path}:{lines[0]}" if lines and len(lines) == 1 else node.path
    text = f"{where}: {error.message}"
    if lines and len(lines) > 1:
        text += f"\n  it may come from line {', '.join(map(str, lines[:-1]))} or {lines[-1]}"
    elif lines == () and _is_division(error.message):
        text += "\n  nothing here divides: it comes from a view that is read"
    return f"{text}\n  {error.hint}" if error.hint else text


def _lines(node: Node, error: EngineError) -> tuple[int, ...] | None:
    """The lines of the file that may be the cause, in order; None where nothing tells."""
    first = _first_line(node, error.sql)
    if not first and not isinstance(node, Check):  # a check file is never executed as it is written
        return None
    position = _POSITION.search(error.message)
    if position:
        line = int(position[1]) - first + 1
        return (line,) if first and 0 < line <= node.sql.count("\n") + 1 else None
    suspect = _suspect(error.message)
    if suspect is None:
        return None
    from sqlglot import Dialect  # noqa: PLC0415  (sqlglot is slow to import)

    tokens = Dialect.get_or_raise("snowflake").tokenize(node.sql)
    return tuple(dict.fromkeys(token.line for token in tokens if suspect(token)))


def _first_line(node: Node, statement: str) -> int:
    """The line of the statement on which the file's query begins; 0 when it is not in it."""
    for query in _queries(node):
        start = statement.find(query)
        if start >= 0:
            return statement.count("\n", 0, start) + 1
    return 0


def _queries(node: Node) -> Iterable[str]:
    yield node.sql
    if isinstance(node, Model):
        yield node.initial_sql


def _suspect(message: str) -> Suspect | None:
    """Which tokens can be the cause: the name that the message names, a division, or the type of a
    cast."""
    if named := _NAMED.search(message):
        name = str(named[named.lastgroup or 0]).rpartition(".")[2].strip('"').upper()
        return lambda token: token.text.upper() == name and token.token_type.name != "STRING"
    if _is_division(message):
        return lambda token: token.token_type.name in _DIVISIONS
    for beginning, types in _TYPES.items():
        if message.startswith(beginning):
            return lambda token, types=types: bool(types.match(token.text))  # type: ignore[misc]
    return None


def _is_division(message: str) -> bool:
    return "division by zero" in message.lower()
