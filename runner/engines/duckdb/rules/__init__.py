"""How one Snowflake expression becomes DuckDB's SQL, by topic.

A rule takes a function call whose arguments can be bound (`call.value(0)`) and gives a `Value`: the
SQL text for DuckDB and the Snowflake type of the result. Rules are registered under the name that
Snowflake's reference gives the function:

    @function("STARTSWITH", arguments=(2, 2))
    def startswith(call: Call) -> Value:
        return Value(f"starts_with({call.text(0)}, {call.text(1)})", BOOLEAN)

`aggregate` registers functions that take OVER, DISTINCT and WITHIN GROUP, `window` those that need
OVER. A function without a rule is refused by its name. Every value keeps to the representation of
its type (`types.py`): a NUMBER(p,s) is a DECIMAL of exactly that scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

from runner.engines.duckdb import known_functions, types
from runner.engines.duckdb.types import Type
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.binder import Binder


class Value:
    """An expression bound: DuckDB's SQL (safe to stand as an operand), its Snowflake type, and
    the constant it is, if it is a literal. `volatile`: evaluated twice it gives two answers."""

    __slots__ = ("const", "sql", "type", "volatile")

    def __init__(self, sql: str, type_: Type, const: Any = None, *, volatile: bool = False) -> None:
        self.sql = sql
        self.type = type_
        self.const = const
        self.volatile = volatile

    def __repr__(self) -> str:
        return f"Value({self.sql!r}, {self.type})"


class Call:
    """One function call: its name, its argument nodes, and what stands around it."""

    __slots__ = (
        "_values",
        "binder",
        "distinct",
        "ignore_nulls",
        "name",
        "nodes",
        "order",
        "over",
        "path",
    )

    def __init__(self, binder: Binder, name: str, nodes: list[exp.Expr]) -> None:
        self.binder = binder
        self.name = name
        self.nodes = nodes
        self.path: tuple[str, ...] = ()  # database and schema written before a user's function
        self.over = ""  # ` over (…)` in DuckDB's SQL
        self.order: exp.Order | None = None  # of WITHIN GROUP
        self.distinct = False
        self.ignore_nulls = False
        self._values: dict[int, Value] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def value(self, index: int) -> Value:
        """The bound argument; positions are those of the call."""
        if index not in self._values:
            self._values[index] = self.binder.value(self.nodes[index])
        return self._values[index]

    def values(self) -> Iterator[Value]:
        return (self.value(index) for index in range(len(self.nodes)))

    def word(self, index: int) -> str:
        """An argument that is a keyword, quoted or not: `dateadd(day, …)`, `dateadd('day', …)`."""
        node = self.nodes[index]
        if isinstance(node, (exp.Column, exp.Identifier, exp.Var)):
            return node.name.upper()
        constant = self.value(index).const
        if not isinstance(constant, str):
            raise Unsupported(f"{self.name} with argument {index + 1} that is not a constant")
        return constant.upper()

    def constant(self, index: int) -> Any:
        """The constant that an argument must be."""
        constant = self.value(index).const
        if constant is None:
            raise Unsupported(f"{self.name} with argument {index + 1} that is not a constant")
        return constant

    def cast(self, index: int, to: Type) -> str:
        """The SQL of an argument, implicitly cast."""
        return self.binder.implicit(self.value(index), to).sql

    def text(self, index: int) -> str:
        """The SQL of an argument as VARCHAR. A BINARY is none: what a function makes of it is a
        rule of its own."""
        if self.value(index).type.name == "BINARY":
            raise Unsupported(f"{self.name} of BINARY")
        return self.cast(index, types.TEXT)

    def bytes(self, index: int) -> str:
        """The SQL of an argument for functions that read the bytes of a VARCHAR or a BINARY."""
        value = self.value(index)
        return value.sql if value.type.name == "BINARY" else self.text(index)

    def variant(self, index: int) -> str:
        """The SQL of an argument that must be a VARIANT. Texts, bytes and dates are none by
        themselves (page *Data type conversion*)."""
        value = self.value(index)
        if value.type.name in ("VARCHAR", "BINARY", "DATE", *types.TIMES):
            raise EngineError(
                f"SQL compilation error:\ninvalid argument types for function '{self.name}': "
                f"({value.type})",
                code=1044,
                sqlstate="42P13",
            )
        return self.cast(index, types.VARIANT)

    def integer(self, index: int) -> str:
        """The SQL of an argument as DuckDB's BIGINT, for positions and counts."""
        value = self.value(index)
        if isinstance(value.const, int):
            return str(value.const)
        return f"CAST({self.binder.implicit(value, types.INTEGER).sql} AS BIGINT)"

    def floating(self, index: int) -> str:
        return self.cast(index, types.FLOAT)

    def once(self, index: int) -> Value:
        """An argument that the rule writes more than once."""
        value = self.value(index)
        if value.volatile:
            raise Unsupported(f"{self.name} of a random value")
        return value


Rule = Callable[[Call], Value]


class Function(NamedTuple):
    rule: Rule
    least: int
    most: int
    kind: str  # "scalar", "aggregate" or "window"


FUNCTIONS: dict[str, Function] = {}

# how functions that users made are found: asked in turn, the first answer counts
USER_FUNCTIONS: list[Callable[[Call], Value | None]] = []

MANY = 10_000


def _register(
    kind: str, names: tuple[str, ...], arguments: tuple[int, int]
) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        for name in names:
            FUNCTIONS[name] = Function(rule, *arguments, kind)
        return rule

    return register


def function(*names: str, arguments: tuple[int, int] = (0, MANY)) -> Callable[[Rule], Rule]:
    """Register a scalar function; `arguments` is (least, most)."""
    return _register("scalar", names, arguments)


def aggregate(*names: str, arguments: tuple[int, int] = (1, 1)) -> Callable[[Rule], Rule]:
    """Register an aggregate, with or without OVER; its rule appends `call.over`."""
    return _register("aggregate", names, arguments)


def window(*names: str, arguments: tuple[int, int] = (0, 0)) -> Callable[[Rule], Rule]:
    """Register a function that needs OVER."""
    return _register("window", names, arguments)


def load() -> None:
    """Import the topics, which registers their functions and expressions."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)


def apply(call: Call) -> Value:
    """Run the rule of a call. Raises `Unsupported`, or what Snowflake says of a wrong call."""
    known = None if call.path else FUNCTIONS.get(call.name)
    if known is None:
        return user_function(call)
    if len(call) < known.least:
        raise wrong_count("not enough", call, known.least, 938)
    if len(call) > known.most:
        raise wrong_count("too many", call, known.most, 939)
    if known.kind == "window" and not call.over:
        raise EngineError(
            f"SQL compilation error:\nMissing OVER clause for window function [{call.name}]",
            code=2303,
            sqlstate="42601",
        )
    if known.kind == "scalar" and (call.over or call.order or call.distinct):
        raise EngineError(
            f"SQL compilation error:\nfunction {call.name} is not an aggregate or window function",
            code=2076,
            sqlstate="42601",
        )
    if known.kind == "aggregate" and not call.over:
        with call.binder.aggregating():
            return known.rule(call)
    return known.rule(call)


def user_function(call: Call) -> Value:
    """A call of a function that is not Snowflake's own."""
    for find in USER_FUNCTIONS:
        value = find(call)
        if value is not None:
            return value
    raise known_functions.refusal(call.path, call.name)


def wrong_count(what: str, call: Call, expected: int, code: int) -> EngineError:
    return EngineError(
        f"SQL compilation error:\n{what} arguments for function [{call.name}], "
        f"expected {expected}, got {len(call)}",
        code=code,
        sqlstate="22023",
    )


def template(name: str, sql: str, parameters: tuple[Type, ...], result: Type) -> None:
    """Register a function that is one SQL template: `{0}`, `{1}` are its cast arguments."""

    def rule(call: Call) -> Value:
        return Value(sql.format(*map(call.cast, range(len(parameters)), parameters)), result)

    FUNCTIONS[name] = Function(rule, len(parameters), len(parameters), "scalar")
