"""The raw tables that a selection reads, and the rows that a target has of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from runner.engines import Session
from runner.errors import EngineError, RunnerError
from runner.graph import Graph
from runner.nodes import Relation, sql_name
from runner.verifying.arrivals import Delivery, Source, deliveries

Delivered = tuple[tuple[Delivery, ...], ...]  # for each table what it has, as it came

MOST_ROWS = 100_000  # of each table, those that were loaded first


def raw_tables(graph: Graph, ids: Collection[str]) -> tuple[Relation, ...]:
    """The migrations' tables that these nodes read; all of them when one reads through a view or
    stream that a migration makes."""
    read = {
        reference.relation
        for id_ in ids
        for reference in graph.nodes[id_].reads
        if reference.relation in graph.catalog.tables
    }
    kinds = {graph.catalog.tables[relation].kind for relation in read}
    if kinds - {"table"}:
        read = set(graph.catalog.tables)
    return tuple(sorted(r for r in read if graph.catalog.tables[r].kind == "table"))


def read(session: Session, graph: Graph, tables: Sequence[Relation], parts: int) -> Delivered:
    """What each table has. Raises `RunnerError` when there is nothing at all."""
    found = tuple(_read(session, source, parts) for source in _sources(session, graph, tables))
    found = tuple(of_table for of_table in found if of_table)
    if not found:
        names = ", ".join(map(str, tables))
        raise RunnerError(
            f"there are no rows to build from in {names}",
            "`runner deploy` and `runner ingest` bring them; -t names a target that has some",
        )
    return found


def _sources(session: Session, graph: Graph, tables: Sequence[Relation]) -> Iterator[Source]:
    pipes = {pipe.table: pipe for pipe in graph.catalog.pipes.values()}
    for relation in tables:
        try:
            columns = session.execute(f"select * from {relation} limit 0").columns
        except EngineError as error:
            error.hint = error.hint or "`runner deploy` makes it, or give another target with -t"
            raise
        pipe = pipes.get(relation)
        loaded_at, file_name = (pipe.loaded_at, pipe.file_name) if pipe else ("", "")
        yield Source(relation, columns, loaded_at, file_name)


def _read(session: Session, source: Source, parts: int) -> tuple[Delivery, ...]:
    order = ", ".join(
        f"{sql_name(column)} nulls first"
        for column in (source.loaded_at, source.file_name)
        if column
    )
    ordered = f" order by {order}" if order else ""
    rows = session.execute(f"select * from {source.relation}{ordered} limit {MOST_ROWS}").rows
    return deliveries(source, rows, parts)
