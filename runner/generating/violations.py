"""One check of a relation -> the queries that count and show what violates it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from runner.generating.work import BATCH, Work, is_kept, matches, names, no_null, of_batch
from runner.nodes import CheckKind, CheckSpec, Model, Relation, Snapshot, sql_name

SAMPLE_ROWS = 5

SCANNED = frozenset(
    {CheckKind.NOT_NULL, CheckKind.ACCEPTED_VALUES, CheckKind.CONDITION, CheckKind.AGGREGATE}
)
_OF_ROWS = frozenset(
    {CheckKind.NOT_NULL, CheckKind.ACCEPTED_VALUES, CheckKind.CONDITION, CheckKind.REFERENCES}
)


@dataclass(frozen=True)
class Sources:
    """What checks read, as SQL for a from clause: a name or a query in brackets.

    `given` is the `with` clause that introduces the names, empty or ending in a blank line.
    """

    relation: Relation
    all_rows: str
    new_rows: str
    given: str = ""

    def read_by(self, check: CheckSpec) -> str:
        """The rows that a check looks at, under the relation's own name."""
        new = check.kind in _OF_ROWS or check.new_rows
        return f"{self.new_rows if new else self.all_rows} as {sql_name(self.relation.name)}"


def sources_of(node: Model | Snapshot, work: Work) -> Sources:
    """What is being checked during a run; a query that several checks read stands there once."""
    if work.checked.startswith("("):
        given = f"with checked__ as {work.checked}\n\n"
        return Sources(node.relation, "checked__", "checked__", given)
    return Sources(node.relation, work.checked, work.new_rows or work.checked)


def sources_afterwards(node: Model | Snapshot, work: Work, *, published: bool) -> Sources | None:
    """What is left of that behind the publication or the rollback, before the step cleans up; None
    when the run has left nothing of what it made."""
    if published:
        return Sources(node.relation, str(node.relation), work.new_rows or str(node.relation))
    if not work.transactional:
        return sources_of(node, work)
    if work.new_rows is None:
        return None
    batch = str(node.relation.suffixed(BATCH))
    return Sources(node.relation, whole_result(node, work, batch), work.new_rows)


def counted(check: CheckSpec) -> str:
    """The aggregate that counts violations in a scan.

    Nulls are the rows that COUNT leaves out, which a column's statistics tell without reading it.
    """
    if check.kind is CheckKind.AGGREGATE:
        return f"iff(not ({check.expression}), 1, 0)"
    if check.kind is CheckKind.NOT_NULL:
        return f"count(*) - count({sql_name(check.columns[0])})"
    return f"count_if({_violated(check)})"


def violations(check: CheckSpec, sources: Sources, columns: str) -> str:
    """A query for what violates the check: rows, or for `unique` the values that recur."""
    match check.kind:
        case CheckKind.UNIQUE:
            return (
                f"select {columns}\nfrom {sources.read_by(check)}\n"
                f"where {no_null(check.columns)}\n"
                f"group by {names(check.columns)}\nhaving count(*) > 1"
            )
        case CheckKind.REFERENCES:
            return _orphans(check, sources, columns)
        case CheckKind.AGGREGATE:
            return f"select {columns}\nfrom {sources.read_by(check)}"
        case _:
            return f"select {columns}\nfrom {sources.read_by(check)}\nwhere {_violated(check)}"


def some_violations(node: Model | Snapshot, check: CheckSpec, work: Work) -> str:
    """A handful of violations during the run, with the key of each row."""
    sources = sources_of(node, work)
    found = violations(check, sources, _telling_columns(node, check))
    return f"{sources.given}{found}\nlimit {SAMPLE_ROWS}"


def all_violations(node: Model | Snapshot, check: CheckSpec, work: Work | None) -> str:
    """All violations, for people: in the relation, or in what `work` would have made of it.

    What is wrong with a snapshot's history is looked for in its table in any case.
    """
    whole = new = str(node.relation)
    if work:
        arrived = arrived_rows(node, work)
        whole = whole_result(node, work, arrived)
        new = whole if _is_about_history(node, check) else new_result(node, arrived)
    return whole_violations(node, check, Sources(node.relation, whole, new))


def whole_violations(node: Model | Snapshot, check: CheckSpec, sources: Sources) -> str:
    """All violations in some sources, with everything that there is to see."""
    columns = "*" if check.kind in _OF_ROWS else _telling_columns(node, check)
    return sources.given + violations(check, sources, columns)


def _is_about_history(node: Model | Snapshot, check: CheckSpec) -> bool:
    if isinstance(node, Model):
        return False
    return not {column.name for column in node.columns}.issuperset(_columns_in(check))


def _violated(check: CheckSpec) -> str:
    """The condition that is true for a violating row."""
    match check.kind:
        case CheckKind.NOT_NULL:
            return f"{sql_name(check.columns[0])} is null"
        case CheckKind.ACCEPTED_VALUES:
            return f"{sql_name(check.columns[0])} not in ({_accepted(check.expression)})"
        case _:
            return f"not ({check.expression})"


def _accepted(values: str) -> str:
    """The list without nulls, which would make `not in` unknown and the check blind."""
    if "null" not in values.lower():
        return values
    listed = sqlglot.parse_one(f"({values},)", read="snowflake").expressions
    return ", ".join(value.sql("snowflake") for value in listed if not isinstance(value, exp.Null))


def _orphans(check: CheckSpec, sources: Sources, columns: str) -> str:
    column, other = sql_name(check.columns[0]), sql_name(check.references_column)
    child = sql_name(sources.relation.name)
    itself = check.references == sources.relation
    parent = sources.all_rows if itself else str(check.references)
    return (
        f"select {columns}\nfrom {sources.read_by(check)}\n"
        f"where\n    {child}.{column} is not null\n    and not exists (\n"
        f"        select 1 from {parent} as referenced__\n"
        f"        where referenced__.{other} = {child}.{column}\n    )"
    )


def arrived_rows(node: Model | Snapshot, work: Work) -> str:
    """What the node's query gives in a step, as SQL for a from clause."""
    query = node.initial_sql if isinstance(node, Model) and work.full else node.sql
    return f"(\n{query}\n)"


def new_result(node: Model | Snapshot, arrived: str) -> str:
    """Of the rows that `arrived` those that are written."""
    if isinstance(node, Model) and node.settings.delete_when:
        return f"(\nselect * from {arrived} as batch\nwhere {is_kept(node)}\n)"
    return arrived


def whole_result(node: Model | Snapshot, work: Work, arrived: str) -> str:
    """What the relation would be: after an incremental step, the step's rows and those it keeps."""
    if isinstance(node, Snapshot):
        return str(node.relation)
    new_rows = new_result(node, arrived)
    key, strategy = node.settings.unique_key, node.settings.incremental_strategy
    if work.full or (strategy == "insert_overwrite" and not node.settings.batch):
        return new_rows
    columns = names(column.name for column in node.columns) or "*"
    kept = f"select {columns} from {node.relation} as loaded"
    if strategy == "insert_overwrite":
        kept += f"\n    where not ({of_batch(node)})"
    elif key and strategy != "append":
        on_key = matches(key, "batch", "loaded")
        kept += f"\n    where not exists (\n    select 1 from {arrived} as batch where {on_key}\n)"
    return f"(\nselect {columns} from {new_rows} as batch\nunion all\n{kept}\n)"


def _telling_columns(node: Model | Snapshot, check: CheckSpec) -> str:
    """What identifies a violation and shows it: the row's key and the columns of the check."""
    if check.kind is CheckKind.UNIQUE:
        return f"{names(check.columns)}, count(*) as occurrences"
    if check.kind is CheckKind.AGGREGATE:
        return f"{_measured(check.expression)} as found"
    key = node.settings.unique_key or _declared_key(node)
    if not key:
        return "*"
    known = {column.name for column in node.columns}
    used = [name for name in _columns_in(check) if name in known and name not in key]
    return names((*key, *used))


def _declared_key(node: Model | Snapshot) -> tuple[str, ...]:
    unique = (check.columns for check in node.checks if check.kind is CheckKind.UNIQUE)
    return next(unique, ())


def _columns_in(check: CheckSpec) -> list[str]:
    if check.columns:
        return list(check.columns)
    tree = sqlglot.parse_one(check.expression, read="snowflake")
    found = (column.this for column in tree.find_all(exp.Column))
    return list(dict.fromkeys(_stored(name) for name in found if isinstance(name, exp.Identifier)))


def _stored(name: exp.Identifier) -> str:
    text: str = name.name
    return text if name.quoted else text.upper()


def _measured(expression: str) -> str:
    """The side of a comparison that was measured: `count(*) >= 100` -> `count(*)`."""
    tree = sqlglot.parse_one(expression, read="snowflake")
    if isinstance(tree, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ | exp.NEQ):
        measured: str = tree.this.sql("snowflake")
        return measured
    return expression
