"""Window functions and OVER."""

from __future__ import annotations

from sqlglot import exp

from runner.engines.duckdb import rules, types
from runner.engines.duckdb.binder import Binder, expression
from runner.engines.duckdb.rules import Call, Value, window
from runner.engines.duckdb.rules.calls import unwrap
from runner.engines.duckdb.rules.comparisons import key
from runner.engines.duckdb.rules.orders import ordered
from runner.engines.duckdb.types import FLOAT, INTEGER, SEMI_STRUCTURED
from runner.engines.duckdb.unread import refuse_unread
from runner.errors import EngineError, Unsupported

# functions whose frame is the whole partition when OVER has an ORDER BY and no frame
WHOLE = frozenset({"FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"})
# functions that only look at rows by their number; a frame makes no sense for them
RANKED = frozenset(
    [
        "ROW_NUMBER",
        "RANK",
        "DENSE_RANK",
        "PERCENT_RANK",
        "CUME_DIST",
        "NTILE",
        "LAG",
        "LEAD",
    ]
)
# functions that count from the first row of the partition to this one
EVENTS = frozenset({"CONDITIONAL_CHANGE_EVENT", "CONDITIONAL_TRUE_EVENT"})


@expression(exp.Window)
def bind_window(binder: Binder, node: exp.Window) -> Value:
    """`f(…) OVER (PARTITION BY … ORDER BY … frame)`."""
    if node.args.get("alias") or node.args.get("first") is not None:
        raise Unsupported("OVER a named window")
    call = unwrap(binder, node.this)
    call.over = over(binder, node, call)
    binder.windows += 1
    return rules.apply(call)


# aggregates that have no ORDER BY in OVER, or of which no page says what it would give
UNORDERED = frozenset(
    {
        "ARRAYAGG",
        "ARRAY_AGG",
        "ARRAY_UNION_AGG",
        "ARRAY_UNIQUE_AGG",
        "LISTAGG",
        "MEDIAN",
        "MODE",
        "OBJECT_AGG",
        "PERCENTILE_CONT",
        "PERCENTILE_DISC",
        "RATIO_TO_REPORT",
        "STRING_AGG",
    }
)
# functions that mean nothing without an order
ORDERED = RANKED | WHOLE | EVENTS


def over(binder: Binder, node: exp.Window, call: Call) -> str:
    if call.name in ORDERED and not node.args.get("order"):
        raise EngineError(
            f"SQL compilation error:\nWindow function type [{call.name}] requires ORDER BY in "
            "window specification",
            code=2303,
            sqlstate="42601",
        )
    if node.args.get("order") and (call.distinct or call.name in UNORDERED):
        distinct = "DISTINCT " if call.distinct else ""
        raise Unsupported(f"{call.name}({distinct}…) OVER with ORDER BY")
    parts = []
    partition = node.args.get("partition_by") or ()
    if partition:
        keys = [key(binder.value(one)) for one in partition]
        parts.append(f"PARTITION BY {', '.join(keys)}")
    order = node.args.get("order")
    if order:
        terms = [ordered(binder.value(term.this), term) for term in order.expressions]
        parts.append(f"ORDER BY {', '.join(terms)}")
    spec = node.args.get("spec")
    if spec and call.name in RANKED:
        raise Unsupported(f"{call.name} with a window frame")
    if spec:
        parts.append(frame(binder, spec))
    elif order and call.name in WHOLE:
        parts.append("ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING")
    elif call.name in EVENTS:
        parts.append("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")
    elif order and call.name not in RANKED:
        parts.append("RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")
    return f" OVER ({' '.join(parts)})"


def frame(binder: Binder, spec: exp.WindowSpec) -> str:
    """ROWS or RANGE BETWEEN … AND …."""
    refuse_unread(spec)
    kind = str(spec.args["kind"]).upper()
    start = bound(binder, spec.args.get("start"), spec.args.get("start_side"))
    end = bound(binder, spec.args.get("end"), spec.args.get("end_side")) or "CURRENT ROW"
    return f"{kind} BETWEEN {start} AND {end}"


def bound(binder: Binder, value: exp.Expr | str | None, side: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{value} {side or ''}".strip()
    return f"{binder.value(value).sql} {side}"


def counted(name: str) -> None:
    @window(name)
    def rule(call: Call) -> Value:
        return Value(f"CAST({name.lower()}(){call.over} AS DECIMAL(18,0))", types.number(18))


for _name in ("ROW_NUMBER", "RANK", "DENSE_RANK"):
    counted(_name)


@window("PERCENT_RANK", "CUME_DIST")
def share(call: Call) -> Value:
    return Value(f"{call.name.lower()}(){call.over}", FLOAT)


@window("NTILE", arguments=(1, 1))
def ntile(call: Call) -> Value:
    return Value(f"CAST(ntile({call.integer(0)}){call.over} AS DECIMAL(18,0))", types.number(18))


def nulls(call: Call) -> str:
    return " IGNORE NULLS" if call.ignore_nulls else ""


@window("LAG", "LEAD", arguments=(1, 3))
def lag(call: Call) -> Value:
    """LAG(v, 1, 0): the default counts where there is no such row."""
    value = call.value(0)
    offset = call.integer(1) if len(call) > 1 else "1"
    if len(call) < 3:
        text = f"{call.name.lower()}({value.sql}, {offset}{nulls(call)}){call.over}"
        return Value(text, value.type)
    (value, default), common = call.binder.unify([value, call.value(2)])
    text = f"{call.name.lower()}({value.sql}, {offset}, {default.sql}{nulls(call)}){call.over}"
    return Value(text, common)


@window("FIRST_VALUE", "LAST_VALUE", arguments=(1, 1))
def first_value(call: Call) -> Value:
    """Without a frame they look at the whole partition."""
    value = call.value(0)
    return Value(f"{call.name.lower()}({value.sql}{nulls(call)}){call.over}", value.type)


@window("NTH_VALUE", arguments=(2, 2))
def nth_value(call: Call) -> Value:
    value = call.value(0)
    return Value(f"nth_value({value.sql}, {call.integer(1)}{nulls(call)}){call.over}", value.type)


@window("CONDITIONAL_TRUE_EVENT", arguments=(1, 1))
def conditional_true_event(call: Call) -> Value:
    """How often the condition was true up to this row, of rows that are alike by the order too."""
    condition = call.cast(0, types.BOOLEAN)
    text = f"count(CASE WHEN {condition} THEN 1 END){call.over}"
    return Value(f"CAST({text} AS DECIMAL(38,0))", INTEGER)


@window("CONDITIONAL_CHANGE_EVENT", arguments=(1, 1))
def conditional_change_event(call: Call) -> Value:
    """How often the value was another one than in the row before it; NULL is no other value."""
    if call.value(0).type.name in SEMI_STRUCTURED:
        raise Unsupported(f"{call.name} of {call.value(0).type.name}")
    changes = f"sf_changes(list({key(call.value(0))}){call.over})"
    return Value(f"CAST({changes} AS DECIMAL(38,0))", INTEGER)
