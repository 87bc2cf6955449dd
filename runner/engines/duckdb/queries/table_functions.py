"""Functions that stand in FROM: GENERATOR, FLATTEN, SPLIT_TO_TABLE."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.queries.tables import TABLE_FUNCTIONS
from runner.engines.duckdb.rules import Value, casts
from runner.engines.duckdb.rules.variants import path_of
from runner.engines.duckdb.scopes import REFUSED, Output, Query
from runner.engines.duckdb.types import INTEGER, TEXT, VARIANT, Type
from runner.errors import EngineError, Unsupported


def arguments(binder: Binder, call: exp.Anonymous, names: tuple[str, ...]) -> dict[str, Value]:
    """The arguments of a table function, by name or by place."""
    given: dict[str, Value] = {}
    for place, node in enumerate(call.expressions):
        if isinstance(node, (exp.Kwarg, exp.PropertyEQ)):
            name, value = node.this.name.upper(), node.expression
        else:
            name, value = names[place] if place < len(names) else "", node
        if name not in names:
            raise EngineError(
                f"SQL compilation error:\ninvalid argument [{name}] of {call.name}", code=1006
            )
        given[name] = binder.value(value)
    return given


def generator(binder: Binder, call: exp.Anonymous) -> Query:
    """GENERATOR(ROWCOUNT => n): n rows without columns; SEQ4() and the like number them."""
    given = arguments(binder, call, ("ROWCOUNT", "TIMELIMIT"))
    count = given.get("ROWCOUNT")
    if "TIMELIMIT" in given or count is None:
        raise Unsupported("GENERATOR without ROWCOUNT or with TIMELIMIT")
    if not isinstance(count.const, int):
        raise Unsupported("GENERATOR with a ROWCOUNT that is not a constant")
    sql = f"SELECT CAST(range AS DECIMAL(38,0)) FROM range({count.const})"
    return Query(sql, [Output("#ROW", INTEGER, "#ROW")])


FLATTENED = (
    ("SEQ", INTEGER),
    ("KEY", TEXT),
    ("PATH", TEXT),
    ("INDEX", INTEGER),
    ("VALUE", VARIANT),
    ("THIS", VARIANT),
)


def flatten(binder: Binder, call: exp.Anonymous) -> Query:
    """FLATTEN(INPUT, PATH, OUTER, RECURSIVE, MODE): a row for each element below."""
    given = arguments(binder, call, ("INPUT", "PATH", "OUTER", "RECURSIVE", "MODE"))
    if "INPUT" not in given:
        raise EngineError("SQL compilation error:\nFLATTEN needs the argument INPUT", code=938)
    if given["INPUT"].type.name not in ("VARIANT", "OBJECT", "ARRAY", "NULL"):
        raise EngineError(
            f"SQL compilation error:\ninvalid argument types for function 'FLATTEN': "
            f"({given['INPUT'].type})",
            code=1044,
            sqlstate="42P13",
        )
    input_ = casts.implicit(given["INPUT"], VARIANT).sql
    path = str(given["PATH"].const or "") if "PATH" in given else ""
    mode = str(given["MODE"].const).upper() if "MODE" in given else "BOTH"
    outer, recursive = (constant(given, name) for name in ("OUTER", "RECURSIVE"))
    if path:
        input_ = path_of(input_, path)
    if recursive:
        return flatten_all(binder, input_, path, mode, outer=outer)
    elements = f"sf_flatten({input_}, {literal(path)}, '{mode}')"
    if outer:
        elements = f"sf_or_null({elements}, {literal(path)})"
    sql = (
        f'SELECT CAST(1 AS DECIMAL(38,0)), u.key, u.path, u."index", u.value, {input_}'
        f" FROM (SELECT unnest({elements}) AS u)"
    )
    return Query(sql, numbered(binder, FLATTENED))


def numbered(binder: Binder, columns: Sequence[tuple[str, Type]]) -> list[Output]:
    """The columns of a function that numbers its input rows by SEQ. Beside other sources each of
    their rows is an input, whose number is not known here: SEQ is refused where it is read."""
    alone = not binder.scope.sources
    return [
        Output(name, type_, name if alone or name != "SEQ" else REFUSED) for name, type_ in columns
    ]


# of the parents' path, without the keys' names: what is inside of the other kind is not expanded
INSIDE = {"OBJECT": "[", "ARRAY": "."}


def flatten_all(binder: Binder, input_: str, path: str, mode: str, *, outer: bool) -> Query:
    """FLATTEN with RECURSIVE => TRUE: every element below, each before what it holds."""
    inside = f"json_type(json_extract({input_}, j.path)) = 'ARRAY'"
    chosen = "j.parent IS NOT NULL AND sf_present(j.value) IS NOT NULL"
    if mode in INSIDE:
        steps = (
            "regexp_replace(j.path || CASE WHEN {} THEN '[' ELSE '.' END, '\"[^\"]*\"', '', 'g')"
        )
        chosen += f" AND NOT contains({steps.format(inside)}, '{INSIDE[mode]}')"
    sql = (
        f"SELECT CAST(1 AS DECIMAL(38,0)) AS seq, CASE WHEN NOT {inside} THEN j.key END AS key,"
        f" sf_under({literal(path)}, sf_tree_path(j.fullkey)) AS path,"
        f" CASE WHEN {inside} THEN CAST(j.key AS DECIMAL(38,0)) END AS place,"
        f" j.value AS value, json_extract({input_}, j.path) AS this"
        f" FROM json_tree({input_}) AS j WHERE {chosen}"
    )
    if outer:
        sql = (
            f"SELECT CAST(1 AS DECIMAL(38,0)), f.key, coalesce(f.path, {literal(path)}), f.place,"
            f" f.value, coalesce(f.this, {input_}) FROM (SELECT 1) AS one"
            f" LEFT JOIN ({sql}) AS f ON true"
        )
    return Query(sql, numbered(binder, FLATTENED))


def constant(given: dict[str, Value], name: str) -> bool:
    if name not in given:
        return False
    if not isinstance(given[name].const, bool):
        raise Unsupported(f"FLATTEN with a {name} that is not a constant")
    return bool(given[name].const)


SPLIT = (("SEQ", INTEGER), ("INDEX", INTEGER), ("VALUE", TEXT))


def split_to_table(binder: Binder, call: exp.Anonymous) -> Query:
    """SPLIT_TO_TABLE(text, delimiter) and STRTOK_SPLIT_TO_TABLE: SEQ, INDEX from 1, VALUE."""
    given = arguments(binder, call, ("STRING", "DELIMITER"))
    text = casts.implicit(given["STRING"], TEXT).sql
    delimiter = casts.implicit(given["DELIMITER"], TEXT).sql if "DELIMITER" in given else "' '"
    tokens = call.name.upper().startswith("STRTOK")
    parts = f"sf_tokens({text}, {delimiter})" if tokens else f"sf_split({text}, {delimiter})"
    sql = (
        "SELECT CAST(1 AS DECIMAL(38,0)), CAST(u.i AS DECIMAL(38,0)), u.v FROM (SELECT unnest("
        f"list_transform({parts}, lambda v$, i$: {{'i': i$, 'v': v$}})) AS u)"
    )
    return Query(sql, numbered(binder, SPLIT))


TABLE_FUNCTIONS["GENERATOR"] = generator
TABLE_FUNCTIONS["FLATTEN"] = flatten
TABLE_FUNCTIONS["SPLIT_TO_TABLE"] = split_to_table
TABLE_FUNCTIONS["STRTOK_SPLIT_TO_TABLE"] = split_to_table
