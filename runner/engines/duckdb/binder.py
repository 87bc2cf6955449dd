"""Names and types: a Snowflake query becomes DuckDB's SQL, bottom-up.

`Binder.query` binds a query in its scopes and gives its SQL with the Snowflake name and type of
every column; `Binder.value` does the same for one expression. Expressions are rewritten by the
rules of `rules/`, clauses by `queries/`. Nothing is passed on unread: what has no rule is refused
by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from runner.engines.duckdb import rules, types
from runner.engines.duckdb.names import stored
from runner.engines.duckdb.rules import Call, Value, casts, unification
from runner.engines.duckdb.scopes import Query, Scope, invalid_identifier
from runner.engines.duckdb.types import Type
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Bind = Callable[["Binder", Any], Value]  # (binder, node)

EXPRESSIONS: dict[type[exp.Expr], Bind] = {}
QUERIES: dict[type[exp.Expr], Callable[[Binder, Any], Query]] = {}

# what a name can be that is no column: asked in turn (binder, name, qualifier), first answer counts
OTHER_NAMES: list[Callable[[Binder, str, tuple[str, ...]], Value | None]] = []


def expression(*classes: type[exp.Expr]) -> Callable[[Bind], Bind]:
    """Register how expressions of these classes are bound."""

    def register(bind: Bind) -> Bind:
        for class_ in classes:
            EXPRESSIONS[class_] = bind
        return bind

    return register


class Binder:
    """Binds one statement in the context of a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.scope = Scope()
        self.aggregates = 0  # how many the current query has had so far
        self.windows = 0  # the same of window functions
        self._aggregating = False
        self._now = ""

    def now(self) -> str:
        """The moment of this statement, a TIMESTAMP_LTZ. DuckDB's own clock stands still within a
        transaction, so there it is written out."""
        if self.session.work is None:
            return "now()"
        self._now = self._now or f"TIMESTAMPTZ '{datetime.now(UTC).isoformat(' ')}'"
        return self._now

    def query(self, node: exp.Expr) -> Query:
        """Bind a query: SELECT, set operation, VALUES, in parentheses or not."""
        bind = QUERIES.get(type(node))
        if bind is None:
            raise Unsupported(f"{node.key.upper()} as a query")
        refuse_unread(node)
        outer = self.aggregates, self.windows, self._aggregating
        self.aggregates, self.windows, self._aggregating = 0, 0, False
        try:
            return bind(self, node)
        finally:
            self.aggregates, self.windows, self._aggregating = outer

    def value(self, node: exp.Expr) -> Value:
        """Bind an expression in the current scope."""
        bind = EXPRESSIONS.get(type(node))
        if bind is None:
            raise Unsupported(construct(node))
        refuse_unread(node)
        value = bind(self, node)
        if value.sql in self.scope.instants and not self._aggregating:
            return Value(f"any_value({value.sql})", value.type)
        return value

    def cast(self, node: exp.Expr, to: Type) -> str:
        """The SQL of an expression, implicitly cast."""
        return casts.implicit(self.value(node), to).sql

    def implicit(self, value: Value, to: Type) -> Value:
        return casts.implicit(value, to)

    def condition(self, node: exp.Expr) -> str:
        """The SQL of an expression that stands where a condition is needed."""
        return casts.implicit(self.value(node), types.BOOLEAN).sql

    def unify(self, values: Sequence[Value]) -> tuple[list[Value], Type]:
        """Values brought to their common type, as in CASE, COALESCE and IN."""
        if any(value.type.name == "NUMBER" for value in values):
            values = [numeric_text(value, values) for value in values]
        common = types.NULL
        for value in values:
            common = unification.common(common, value.type)
        return [casts.implicit(value, common) for value in values], common

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[Scope]:
        """Bind within another scope."""
        outer, self.scope = self.scope, scope
        try:
            yield scope
        finally:
            self.scope = outer

    def column(self, name: str, parts: tuple[str, ...]) -> Value:
        """The column or the alias that a name means, looking outwards. Raises 000904."""
        scope: Scope | None = self.scope
        while scope is not None:
            found = scope.column(name, parts)
            if found is not None:
                scope.reads += 1
                return Value(found.sql, found.type)
            if not parts and name in scope.aliases and name not in scope.resolving:
                scope.reads += 1
                return self.alias(scope, name)
            scope = scope.parent
        for find in OTHER_NAMES:
            value = find(self, name, parts)
            if value is not None:
                return value
        raise invalid_identifier(".".join((*parts, name)))

    def alias(self, scope: Scope, name: str) -> Value:
        """The expression behind an alias of the select list, written out where it is used."""
        scope.resolving.add(name)
        try:
            with self.inside(scope):
                value = self.value(scope.aliases[name])
        finally:
            scope.resolving.discard(name)
        if value.volatile:
            raise Unsupported(f"the alias {name} of a random value used by another expression")
        return value

    @contextmanager
    def aggregating(self) -> Iterator[None]:
        """Bind the arguments of an aggregate, which reads the rows of a group."""
        self.aggregates += 1
        outer, self._aggregating = self._aggregating, True
        try:
            yield
        finally:
            self._aggregating = outer

    def call(self, name: str, nodes: list[exp.Expr]) -> Value:
        """Bind a call of a function by its Snowflake name."""
        return rules.apply(Call(self, name, nodes))


def numeric_text(value: Value, others: Sequence[Value]) -> Value:
    """A text among numbers, as the number that Snowflake reads it as."""
    if value.type.name != "VARCHAR" or not any(one.type.name == "NUMBER" for one in others):
        return value
    if any(one.type.name in ("FLOAT", "VARIANT") for one in others):
        return value
    return casts.implicit(value, text_number(value))


def text_number(value: Value) -> Type:
    """The NUMBER type of a text in arithmetic or a comparison; a literal has its own scale."""
    if not isinstance(value.const, str):
        return casts.TEXT_NUMBER
    if not NUMBER.fullmatch(value.const):
        raise EngineError(
            f"Numeric value '{value.const}' is not recognized", code=100038, sqlstate="22018"
        )
    exponent = Decimal(value.const.strip()).as_tuple().exponent
    return types.number(38, min(37, max(0, -int(exponent))))


NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


def construct(node: exp.Expr) -> str:
    """How a refusal names a piece of SQL."""
    if isinstance(node, exp.Anonymous):
        return f"function {node.name}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()


@expression(exp.Column)
def bind_column(binder: Binder, node: exp.Column) -> Value:
    if node.args.get("join_mark"):
        raise Unsupported("the outer join operator (+)")
    parts = tuple(
        stored(node.args[key]) for key in ("catalog", "db", "table") if node.args.get(key)
    )
    if isinstance(node.this, exp.Parameter) and isinstance(node.this.this, exp.Literal):
        return binder.column(f"${node.this.this.name}", parts)  # t.$1 of a staged file
    if not isinstance(node.this, exp.Identifier):
        raise Unsupported(construct(node.this))
    return binder.column(stored(node.this), parts)


@expression(exp.Identifier)
def bind_identifier(binder: Binder, node: exp.Identifier) -> Value:
    return binder.column(stored(node), ())
