"""MERGE: all branches, refusing what Snowflake calls nondeterministic.

The page *MERGE* says when several source rows may meet one target row: never when one of them
updates it; any number may delete it. DuckDB refuses both, so where a branch deletes, the source is
joined beforehand and the surplus rows that would delete a row again are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb.binder import Binder
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.queries import tables
from runner.engines.duckdb.scopes import Scope
from runner.engines.duckdb.statements import (
    definitions,
    dml,
    handles,
    merge_names,
    replies,
    targets,
    transactions,
    unread,
)
from runner.engines.duckdb.statements.targets import Target
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

ROW, ACTION, COPY = '"~row"', '"~action"', '"~copy"'


@handles("MERGE")
def merge(session: Session, statement: Statement) -> Result:
    """`merge into … using … on … when …`; answers the counts of the kinds of branches it has."""
    targets.expect(statement, 1, "INTO")
    statement = merge_names.spelled_out(statement)
    tree = statement.tree
    if not isinstance(tree, exp.Merge):
        raise unread.refusal(statement, "MERGE")
    targets.refuse_more(statement, "this", "using", "on", "whens")
    into = targets.target(session, tree.this)
    whens = tree.args["whens"].expressions
    for when in whens:
        if when.args.get("source"):
            raise Unsupported("WHEN NOT MATCHED BY SOURCE")
    refuse_unreachable(whens)
    kinds = [kind(when) for when in whens]
    plan = by_row if "delete" in kinds else directly
    sql = plan(Binder(session), tree, into)
    with transactions.dml(session, into.record):
        if "delete" in kinds:
            actions = [action for (action,) in session.raw(f"{sql} returning merge_action")]
            found = {word: actions.count(word.upper()) for word in ("insert", "update", "delete")}
        else:
            before = size(session, into) if "insert" in kinds else 0
            total = dml.count(session, sql)
            added = size(session, into) - before if "insert" in kinds else 0
            found = {"insert": added, "update": total - added}
    names = {"insert": "inserted", "update": "updated", "delete": "deleted"}
    return replies.counts(
        **{f"number_of_rows_{name}": found[word] for word, name in names.items() if word in kinds}
    )


def refuse_unreachable(whens: list[exp.When]) -> None:
    """A branch without a condition must be the last of its type (page *MERGE*)."""
    for position, when in enumerate(whens):
        type_ = bool(when.args.get("matched"))
        behind = [bool(other.args.get("matched")) for other in whens[position + 1 :]]
        if when.args.get("condition") is None and type_ in behind:
            raise replies.compilation(
                "a WHEN clause without a condition must be the last of its type in a MERGE"
            )


def kind(when: exp.When) -> str:
    """What a branch does: insert, update or delete."""
    then = when.args["then"]
    word = then.name.lower() if isinstance(then, exp.Var) else then.key
    if (word == "insert") == bool(when.args.get("matched")) or word not in (
        "insert",
        "update",
        "delete",
    ):
        raise replies.compilation(f"syntax error: {word.upper()} in this branch of MERGE", 1003)
    return str(word)


def size(session: Session, into: Target) -> int:
    return dml.count(session, f"select count(*) from {into.place}")


def directly(binder: Binder, tree: exp.Merge, into: Target) -> str:
    """A MERGE without DELETE: DuckDB's own."""
    with binder.inside(Scope()) as scope:
        item = into.item(binder, tree.this)
        source = tables.item(binder, tree.args["using"])
        merge_names.fill_in(tree, into, source.source)
        scope.sources.extend([item.source, source.source])
        on = binder.condition(tree.args["on"])
        branches = [
            matched(binder, into, when) if when.args.get("matched") else ""
            for when in tree.args["whens"].expressions
        ]
        scope.sources[:] = [source.source]
        for position, when in enumerate(tree.args["whens"].expressions):
            if not when.args.get("matched"):
                branches[position] = unmatched(binder, into, when)
    return f"merge into {item.sql} using {source.sql} on {on}{''.join(branches)}"


def matched(binder: Binder, into: Target, when: exp.When) -> str:
    """A branch for target rows that a source row meets."""
    condition = when.args.get("condition")
    test = f" and {binder.condition(condition)}" if condition is not None else ""
    assignments = targets.settings(binder, into, when.args["then"].expressions)
    return f" when matched{test} then update set {assignments}"


def unmatched(binder: Binder, into: Target, when: exp.When) -> str:
    """A branch for source rows that meet no target row; it sees the source alone."""
    condition = when.args.get("condition")
    test = f" and {binder.condition(condition)}" if condition is not None else ""
    then = when.args["then"]
    names = definitions.names(then.this.expressions) if then.this else []
    columns = targets.listed(into, names)
    values = then.expression.expressions
    dml.check_width(len(values), len(columns))
    given = [targets.assigned(binder, v, c) for v, c in zip(values, columns, strict=True)]
    insert = f"insert ({targets.column_list(columns)}) values ({', '.join(given)})"
    return f" when not matched{test} then {insert}"


def by_row(binder: Binder, tree: exp.Merge, into: Target) -> str:
    """A MERGE with DELETE: the source joined to the rows it meets, each with its branch."""
    whens = tree.args["whens"].expressions
    with binder.inside(Scope()) as scope:
        item = into.item(binder, tree.this)
        source = tables.item(binder, tree.args["using"])
        merge_names.fill_in(tree, into, source.source)
        scope.sources.extend([item.source, source.source])
        on = binder.condition(tree.args["on"])
        target_alias, source_alias = item.alias, source.alias
        tests, deleting, branches = [], [], []
        for position, when in enumerate(whens):
            if not when.args.get("matched"):
                branches.append("")
                continue
            condition = when.args.get("condition")
            test = binder.condition(condition) if condition is not None else "true"
            tests.append(f"when {target_alias}.rowid is not null and {test} then {position}")
            if kind(when) == "delete":
                deleting.append(str(position))
                then = "delete"
            else:
                then = f"update set {targets.settings(binder, into, when.args['then'].expressions)}"
            branches.append(f" when matched and {source_alias}.{ACTION} = {position} then {then}")
        scope.sources[:] = [source.source]
        for position, when in enumerate(whens):
            if not when.args.get("matched"):
                branches[position] = unmatched(binder, into, when)
    action = f"case {' '.join(tests)} end"
    joined = (
        f"select {source_alias}.*, {target_alias}.rowid as {ROW}, {action} as {ACTION}"
        f" from {source.sql} left join {item.sql} on {on}"
    )
    deletes = f"{ACTION} in ({', '.join(deleting)})"
    copies = f"row_number() over (partition by {ROW}, {deletes}) as {COPY}"
    surplus = f"{deletes} and {COPY} > 1"
    rows = (
        f"select * from (select *, {copies} from ({joined})) where not coalesce({surplus}, false)"
    )
    return (
        f"merge into {item.sql} using ({rows}) as {source_alias}"
        f" on {target_alias}.rowid = {source_alias}.{ROW}{''.join(branches)}"
    )
