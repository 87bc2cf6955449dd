"""What must hold of a model with `@move_from`, so that no row is lost on its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.cataloging.objects import Catalog, Table
from runner.errors import Problem
from runner.nearest import nearest_hint
from runner.nodes import Model, Node, Reference, sql_name


def problems(nodes: Iterable[Node], catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with the tables that rows are to leave."""
    for node in nodes:
        if isinstance(node, Model) and node.settings.move_from:
            yield from _of(node, node.settings.move_from, catalog)


def _of(node: Model, source: Reference, catalog: Catalog) -> Iterator[Problem]:
    def problem(message: str, hint: str = "") -> Problem:
        return Problem(node.path, source.line, f"@move_from: {message}", hint)

    table = catalog.tables.get(source.relation)
    if table is None or table.kind != "table":
        tables = (str(other.relation) for other in catalog.tables.values() if other.kind == "table")
        hint = nearest_hint(str(source.relation), tables)
        yield problem(f"{source.relation} is no table that a migration makes", hint)
        return
    if source.relation not in {read.relation for read in node.reads}:
        yield problem(f"the query does not read {source.relation}")
    if lost := _left_out(node, table):
        hint = "select every column: the rows will be nowhere else"
        yield problem(f"the query leaves out {lost} of {source.relation}", hint)
    if node.quarantine:
        hint = "send rows to quarantine where they are used"
        yield problem("the model sends rows to quarantine, which does not keep them for good", hint)


def _left_out(node: Model, table: Table) -> str:
    """The columns that would be lost; none where they are not known."""
    kept = {column.name for column in node.columns}
    lost = [column.name for column in table.columns if column.name not in kept]
    return ", ".join(map(sql_name, lost)) if kept else ""
