"""Comparing two databases relation by relation: one statement each, one more where rows differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from queue import SimpleQueue

from runner import baseline, state
from runner.engines import Engine, Session
from runner.environments.databases import enter
from runner.environments.differences import (
    ColumnChange,
    Difference,
    Finding,
    Outcome,
    Rows,
    SampleRow,
)
from runner.errors import Cancelled, EngineError
from runner.generating import differences as queries
from runner.generating.differences import Compared, Comparison
from runner.generating.quarantine import of as quarantine_of
from runner.generating.work import Existing
from runner.graph import Graph
from runner.inventory import inventory
from runner.naming import RESERVED_SCHEMAS, RESERVED_SUFFIXES
from runner.nodes import QUARANTINE, CheckKind, Model, Relation, Snapshot, relations
from runner.remembered import Remembered
from runner.results import Status

Node = Model | Snapshot

VALID_FROM = "VALID_FROM"
SURE = frozenset({Status.SUCCESS, Status.WARN, Status.FRESH})
ASIDE = tuple(suffix for suffix in RESERVED_SUFFIXES if suffix != QUARANTINE.upper())


@dataclass(frozen=True)
class Order:
    """What to compare: the databases, and the nodes (ids) whose relations are meant; None means
    all that is in the schemas of the project, also what no file builds.

    `every_row` compares rows also where there is a reason not to.
    """

    graph: Graph
    before: str
    after: str
    selection: frozenset[str] | None = None
    every_row: bool = False
    threads: int = 1


@dataclass(frozen=True)
class _Side:
    """One database: its relations, their change tokens as the origin's, and the state."""

    relations: Mapping[Relation, Existing]
    tokens: Mapping[Relation, str]
    remembered: Mapping[str, Remembered]

    def has_built(self, relation: Relation) -> bool:
        """Whether it is there and a run has built it."""
        remembered = self.remembered.get(str(relation))
        return relation in self.relations and remembered is not None and remembered.succeeded

    def version(self, relation: Relation) -> str:
        """The run that last changed it, if it is known that none has touched it since."""
        remembered = self.remembered.get(str(relation))
        return remembered.version if remembered and remembered.status in SURE else ""


@dataclass(frozen=True)
class _Question:
    """A relation to compare, as it stands in both databases; `skip` says why not its rows."""

    relation: Relation
    before: Existing | None
    after: Existing | None
    key: tuple[str, ...] = ()
    skip: str = ""


def run(engine: Engine, order: Order) -> Difference:
    """Compare. A relation that cannot be read is a finding; raises `UsageError` for a database that
    does not exist and `Cancelled` when a statement was."""
    with engine.session() as session:
        before = _look(session, order, order.before)
        after = _look(session, order, order.after)
    wanted = _wanted(order, {*before.relations, *after.relations})
    nodes = relations(order.graph.nodes.values())
    keys = {relation: key_of(node) for relation, node in nodes.items()}
    questions = [
        _Question(
            relation,
            before.relations.get(relation),
            after.relations.get(relation),
            keys.get(relation, ()),
            "" if order.every_row else _why_not(order, relation, before, after),
        )
        for relation in wanted
    ]
    findings = tuple(_answers(engine, order, questions))
    made = {*nodes, *order.graph.catalog.tables}
    orphans = tuple(one for one in wanted if one not in made and after.has_built(one))
    return Difference(order.before, order.after, findings, orphans)


def key_of(node: Node) -> tuple[str, ...]:
    """The columns (stored names) that tell a node's rows apart, as far as its file says."""
    if isinstance(node, Snapshot):
        return (*node.settings.unique_key, VALID_FROM)
    if node.settings.unique_key:
        return node.settings.unique_key
    unique = (check for check in node.checks if check.kind is CheckKind.UNIQUE)
    return next((check.columns for check in unique), ())


def _look(session: Session, order: Order, database: str) -> _Side:
    """What a database tells without a look at its rows."""
    enter(session, database)
    graph = order.graph
    filled = {relation.schema for relation in relations(graph.nodes.values())}
    made = {relation.schema for relation in graph.catalog.tables}
    found = inventory(session, ((filled | made) - RESERVED_SCHEMAS) | {state.SCHEMA}).relations
    tokens = baseline.tokens(session, _wanted(order, found), found)
    return _Side(found, tokens, state.read(session, found))


def _why_not(order: Order, relation: Relation, before: _Side, after: _Side) -> str:
    """Why the rows of a relation need not be compared; empty when they do."""
    if _is_unchanged(relation, before, after):
        return "unchanged since it was cloned"
    return "made by migrations" if relation in order.graph.catalog.tables else ""


def _is_unchanged(relation: Relation, before: _Side, after: _Side) -> bool:
    """Whether neither database has touched the relation since one of them, or both, were cloned. A
    view's token tells of what it reads, the state of the view itself."""
    token = before.tokens.get(relation)
    if token is None or token != after.tokens.get(relation):
        return False
    if before.relations[relation].kind != "view":
        return True
    version = before.version(relation)
    return bool(version) and version == after.version(relation)


def _wanted(order: Order, there: Collection[Relation]) -> list[Relation]:
    """The relations to compare, of those that are there."""
    nodes = order.graph.nodes
    if order.selection is not None:
        chosen = relations(nodes[id_] for id_ in order.selection)
        return sorted({*chosen, *map(quarantine_of, chosen)} & set(there))
    filled = {relation.schema for relation in relations(nodes.values())}
    return sorted(
        relation
        for relation in there
        if relation in order.graph.catalog.tables
        or (relation.schema in filled and not _is_aside(relation))
    )


def _is_aside(relation: Relation) -> bool:
    """Whether a run made it for itself, and was killed or is not done."""
    return relation.name.removesuffix(QUARANTINE.upper()).endswith(ASIDE)


def _answers(engine: Engine, order: Order, questions: list[_Question]) -> list[Finding]:
    """The findings, in the order of the questions, some at the same time."""
    with ExitStack() as stack, ThreadPoolExecutor(order.threads) as pool:
        free: SimpleQueue[Session] = SimpleQueue()
        for _ in range(min(order.threads, len(questions))):
            free.put(stack.enter_context(engine.session()))

        def answer(question: _Question) -> Finding:
            session = free.get()
            try:
                return _finding(session, order, question)
            finally:
                free.put(session)

        answers = [pool.submit(answer, question) for question in questions]
        try:
            return [answer.result() for answer in answers]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _finding(session: Session, order: Order, question: _Question) -> Finding:
    before, after = question.before, question.after
    kinds = (before.kind if before else "", after.kind if after else "")
    found = Finding(question.relation, Outcome.SAME, kinds)
    try:
        if before is None:
            rows = Rows(0, _count(session, order.after, question))
            return replace(found, outcome=Outcome.ADDED, rows=rows)
        if after is None:
            rows = Rows(_count(session, order.before, question), 0)
            return replace(found, outcome=Outcome.REMOVED, rows=rows)
        found = replace(found, columns=_column_changes(before, after))
        rows_ = None if question.skip else _rows(session, order, question)
    except Cancelled:
        raise
    except EngineError as error:
        return replace(found, outcome=Outcome.ERROR, message=error.message)
    is_changed = kinds[0] != kinds[1] or bool(found.columns) or (rows_ is not None and rows_.differ)
    unchanged = Outcome.SKIPPED if question.skip else Outcome.SAME
    outcome = Outcome.CHANGED if is_changed else unchanged
    return replace(found, outcome=outcome, rows=rows_, message=question.skip)


def _count(session: Session, database: str, question: _Question) -> int:
    sql = f"select count(*) from {database}.{question.relation}"
    return int(session.execute(sql).rows[0][0])


def _column_changes(before: Existing, after: Existing) -> tuple[ColumnChange, ...]:
    """Columns that went, in their order, then those that came or have another type."""
    old = {column.name: column.type for column in before.columns}
    new = {column.name: column.type for column in after.columns}
    gone = [ColumnChange(name, type_, "") for name, type_ in old.items() if name not in new]
    other = [
        ColumnChange(name, old.get(name, ""), type_)
        for name, type_ in new.items()
        if old.get(name) != type_
    ]
    return (*gone, *other)


def _rows(session: Session, order: Order, question: _Question) -> Rows | None:
    """How the rows differ in the columns that both sides have; None when there is none."""
    comparison = _comparison(order, question)
    if not comparison.columns:
        return None
    before, after, only_before, only_after, pairs, changed, *by_column = map(
        int, session.execute(queries.counts(comparison)).rows[0]
    )
    counted = zip(comparison.beside, by_column, strict=True)
    rows = Rows(
        before,
        after,
        added=only_after - pairs,
        removed=only_before - pairs,
        changed=changed,
        by_column=tuple((name, many) for name, many in counted if many),
        key=comparison.telling,
        values=comparison.beside,
        has_key=bool(comparison.key),
    )
    return replace(rows, sample=tuple(_sample(session, comparison))) if rows.differ else rows


def _comparison(order: Order, question: _Question) -> Comparison:
    assert question.before is not None
    assert question.after is not None
    after = {column.name: column.type for column in question.after.columns}
    both = tuple(
        Compared(column.name, column.type, after[column.name])
        for column in question.before.columns
        if column.name in after
    )
    has_key = set(question.key) <= {column.name for column in both}
    return Comparison(
        f"{order.before}.{question.relation}",
        f"{order.after}.{question.relation}",
        both,
        question.key if has_key else (),
    )


def _sample(session: Session, comparison: Comparison) -> Iterator[SampleRow]:
    keys, values = len(comparison.telling), len(comparison.beside)
    for change, copies, *fields in session.execute(queries.sample(comparison)).rows:
        yield SampleRow(
            change,
            int(copies),
            tuple(fields[:keys]),
            tuple(fields[keys : keys + values]),
            tuple(fields[keys + values :]),
        )
