"""A source file -> a model, snapshot or check, with everything that is wrong with it.

Pure: the same text and folder defaults give the same result. What only the whole project can
tell (whether a relation exists, what `*` stands for) is left to the graph, as `Facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sqlglot.tokenizer_core import Token, TokenType

from runner import naming
from runner.fingerprints import Clock, oftenest
from runner.nodes import (
    Check,
    ColumnSpec,
    Kind,
    Materialized,
    Model,
    Node,
    Reference,
    Relation,
    Settings,
    Severity,
    Snapshot,
)
from runner.parsing import (
    assertions,
    expressions,
    fingerprinting,
    functions,
    increments,
    initial,
    layout,
    lineages,
    settings,
    syntax,
    thresholds,
)
from runner.parsing.annotations import Block, first_annotation, unknown
from runner.parsing.annotations import read as read_annotations
from runner.parsing.assertions import Assertions, Placed
from runner.parsing.canonical import words
from runner.parsing.findings import Finding, as_problems
from runner.parsing.lexer import CommentLine, tokenized
from runner.parsing.parsed import HISTORY, KINDS, Demand, Item, Output, Parsed
from runner.parsing.queries import facts
from runner.parsing.settings import Values
from runner.project import Default, SourceFile


def parse(file: SourceFile, defaults: Mapping[str, Default] | None = None) -> Parsed:
    """Read one file of `models/`, `snapshots/` or `checks/`."""
    kind = KINDS[file.folder]
    relation, problems = naming.relation(file.path) if kind is not Kind.CHECK else (None, [])
    parsed = Parsed(file.path, kind, relation)
    if file.unreadable:
        problems.append(file.problem())
        return replace(parsed, problems=tuple(problems))
    try:
        parsed = _Reading(file, parsed, defaults or {}).parsed()
        findings: Sequence[Finding] = ()
    except syntax.BrokenError as broken:
        findings = (broken.finding,)
    except RecursionError:
        hint = "split it into several models"
        findings = (Finding("the query is nested too deeply to be read", 1, hint),)
    return replace(
        parsed, problems=(*problems, *parsed.problems, *as_problems(file.path, findings))
    )


class _Reading:
    """The reading of one file: findings are collected on the way."""

    def __init__(self, file: SourceFile, empty: Parsed, defaults: Mapping[str, Default]) -> None:
        self.file, self.empty, self.defaults = file, empty, defaults
        self.kind = empty.kind
        self.relation = empty.relation or Relation("", "")
        self.source = syntax.source(file.text)
        self.tree = syntax.query(self.source)
        self.facts = facts(self.tree)
        self.findings: list[Finding] = list(self.facts.findings)

    def parsed(self) -> Parsed:
        tokens = self.source.tokens
        start = layout.main_query(tokens)
        selects = tokens[start].token_type == TokenType.SELECT
        items = layout.select_items(tokens, start) if selects else []
        if len(items) != len(self.facts.items):
            line = self.source.line(tokens[start].start)
            raise syntax.BrokenError(line, "the select list that begins here cannot be read")
        claims = layout.claims(self.source, items)
        head = self._head(claims.head)
        columns = [
            _Column(self.source.line(tokens[place.first].start), self._block(lines), item)
            for place, lines, item in zip(items, claims.items, self.facts.items, strict=True)
        ]
        self._unclaimed(claims.rest)
        node, demands = self._node(head, columns)
        deciding = fingerprinting.deciding(node)
        query = fingerprinting.Query(self.source, self.tree, self.facts.items, items)
        texts = [(query.said, tokens), *map(_words, fingerprinting.conditions(node))]
        return replace(
            self.empty,
            node=node,
            facts=self.facts,
            demands=tuple(demands),
            fingerprint=fingerprinting.fingerprint(query, node, deciding),
            lineage=lineages.lineage(self.facts, self.relation, deciding),
            clock=self._clock(texts, node),
            calls=frozenset().union(*(functions.calls(*text) for text in texts)),
            problems=as_problems(self.file.path, self.findings),
        )

    def _clock(self, texts: Iterable[tuple[list[str], list[Token]]], node: Node) -> Clock:
        """How often the file gives something else by itself; what is fresh today may not be so
        tomorrow."""
        if isinstance(node, Check) and node.freshness:
            return Clock.ALWAYS
        reads = [read.relation for read in self.facts.reads]
        return oftenest(functions.clock(said, reads) for said, _ in texts)

    def _block(self, lines: Sequence[CommentLine]) -> Block:
        block, findings = read_annotations(lines)
        self.findings += findings
        return block

    def _head(self, lines: Sequence[CommentLine]) -> Block:
        """What stands before the query: the prose of the first block, the annotations of all."""
        gaps = [n for n, (one, other) in enumerate(pairwise(lines), 1) if one.line + 1 < other.line]
        end = gaps[0] if gaps else len(lines)
        first, rest = self._block(lines[:end]), self._block(lines[end:])
        return Block(first.prose, first.annotations + rest.annotations)

    def _unclaimed(self, comments: Sequence[CommentLine]) -> None:
        for comment in comments:
            if word := first_annotation(comment.text):
                hint = (
                    "annotations stand at the head of the file, or on a column of the final "
                    "select: behind it on its line, or on the lines right above it"
                )
                self.findings.append(Finding(f"{word} would be ignored here", comment.line, hint))

    def _node(self, head: Block, columns: Sequence[_Column]) -> tuple[Node, list[Demand]]:
        is_check_file = self.kind is Kind.CHECK
        checks = [a for a in head.annotations if settings.is_check(a) and not is_check_file]
        others = [a for a in head.annotations if a not in checks]
        values, findings = settings.read(self.kind, others, self.defaults)
        self.findings += findings
        if is_check_file:
            self._no_column_annotations(columns)
            return self._check(head, values), []
        read = settings.model if self.kind is Kind.MODEL else settings.snapshot
        chosen, findings = read(values)
        batched = values.line("batch") if chosen.batch or "batch" in values.own else None
        self.findings += [*findings, *increments.variables(self.source.tokens, batched)]
        specs = tuple(self._columns(columns))
        placed = [Placed(annotation) for annotation in checks]
        placed += self._column_checks(columns)
        materialized = chosen.materialized if self.kind is Kind.MODEL else None
        asserted = assertions.read(placed, materialized)
        self.findings += asserted.findings
        demands = [*self._setting_demands(chosen, values), *asserted.demands]
        make = self._model if self.kind is Kind.MODEL else self._snapshot
        return make(head, chosen, specs, asserted), demands

    def _columns(self, columns: Sequence[_Column]) -> Iterator[ColumnSpec]:
        """The named columns; what `*` stands for is left to the graph."""
        for number, column in enumerate(columns, 1):
            if column.item.star:
                continue
            if column.item.name:
                yield ColumnSpec(column.item.name, column.block.prose, column.line)
            else:
                message = f"column {number} of the result has no name"
                self.findings.append(Finding(message, column.line, "give it one with `as`"))

    def _column_checks(self, columns: Sequence[_Column]) -> Iterator[Placed]:
        for column in columns:
            for annotation in column.block.annotations:
                if column.item.name:
                    yield Placed(annotation, column.item.name)
                elif column.item.star:
                    message = f"@{annotation.name} stands on *, which is no column"
                    hint = "write the columns out"
                    self.findings.append(Finding(message, annotation.line, hint))

    def _no_column_annotations(self, columns: Sequence[_Column]) -> None:
        for column in columns:
            for annotation in column.block.annotations:
                here = settings.BY_KIND[self.kind]
                place = "on a column of a check file"
                self.findings.append(unknown(annotation, here, place))

    def _setting_demands(self, chosen: Settings, values: Values) -> Iterator[Demand]:
        conditions = (chosen.delete_when,) if chosen.delete_when else ()
        named = {
            "unique_key": chosen.unique_key,
            "merge_exclude_columns": chosen.merge_exclude_columns,
            "delete_when": self._used("delete_when", conditions, values.line("delete_when")),
            "batch_by": (chosen.batch_by,) if chosen.batch_by else (),
            "updated_at": (chosen.updated_at,) if chosen.updated_at else (),
            "check_columns": tuple(c for c in chosen.check_columns if c != "*"),
            "cluster_by": self._used("cluster_by", chosen.cluster_by, values.line("cluster_by")),
        }
        for name, columns in named.items():
            for column in columns:
                yield Demand(column, values.line(name), f"@{name}")

    def _used(self, name: str, texts: Sequence[str], line: int) -> tuple[str, ...]:
        """The columns in the expressions of a setting, each of which is asked of one row."""
        found: list[str] = []
        for text in texts:
            try:
                found += expressions.row_columns(text)
            except settings.BadValueError as bad:
                self.findings.append(Finding(f"@{name}: {bad}", line, bad.hint))
        return tuple(found)

    def _model(
        self,
        head: Block,
        chosen: Settings,
        specs: tuple[ColumnSpec, ...],
        asserted: Assertions,
    ) -> Model:
        own = [read for read in self.facts.reads if read.relation == self.relation]
        sql = initial_sql = self.source.sql()
        if own and chosen.materialized is not Materialized.INCREMENTAL:
            hint = "only a model with @materialized incremental may read its own table"
            self.findings.append(Finding(f"{self.relation} reads itself", own[0].line, hint))
        elif own:
            first = initial.without_itself(self.source, self.tree, self.facts, self.relation)
            self.findings += first.findings
            initial_sql = first.sql
        return Model(
            relation=self.relation,
            path=self.file.path,
            sql=sql,
            initial_sql=initial_sql,
            description=head.prose,
            settings=chosen,
            columns=specs,
            checks=asserted.specs,
            reads=self._references(),
            reads_itself=bool(own),
        )

    def _snapshot(
        self,
        head: Block,
        chosen: Settings,
        specs: tuple[ColumnSpec, ...],
        asserted: Assertions,
    ) -> Snapshot:
        for read in self.facts.reads:
            if read.relation == self.relation:
                hint = "a snapshot is written by the runner alone"
                self.findings.append(Finding(f"{self.relation} reads itself", read.line, hint))
        for spec in specs:
            if spec.name in HISTORY:
                message = f"{spec.name.lower()} is a column that the snapshot adds by itself"
                self.findings.append(Finding(message, spec.line, "name the column otherwise"))
        return Snapshot(
            relation=self.relation,
            path=self.file.path,
            sql=self.source.sql(),
            description=head.prose,
            settings=chosen,
            columns=specs,
            checks=asserted.specs,
            reads=self._references(),
        )

    def _check(self, head: Block, values: Values) -> Check:
        given = {name: value for name, value in values.values.items() if value is not None}
        ages = [name for name in ("warn_after", "error_after") if name in given]
        counts = [name for name in ("severity", "warn_if", "error_if") if name in values.own]
        if ages and counts:
            message = f"@{counts[0]} does not apply to a freshness check"
            self.findings.append(Finding(message, values.line(counts[0])))
        self._thresholds(given, values)
        if ages and [o.name for o in self.facts.outputs if isinstance(o, Output)] != ["LOADED_AT"]:
            hint = "for example: select max(ingestion_ts) as loaded_at from …"
            message = f"@{ages[0]} wants a query with one column, loaded_at"
            self.findings.append(Finding(message, values.line(ages[0]), hint))
        return Check(
            name=naming.check_name(self.file.path),
            path=self.file.path,
            sql=self.source.sql(),
            description=head.prose,
            reads=self._references(),
            severity=Severity(given.get("severity", "error")),
            warn_if=given.get("warn_if", ""),
            error_if=given.get("error_if", ""),
            warn_after=given.get("warn_after", ""),
            error_after=given.get("error_after", ""),
            tags=given.get("tags", ()),
        )

    def _thresholds(self, given: Mapping[str, Any], values: Values) -> None:
        idle = thresholds.idle(
            only_warns=given.get("severity") == "warn",
            warn_if=given.get("warn_if", ""),
            error_if=given.get("error_if", ""),
        )
        if idle and idle[0] in values.own:
            name, why, hint = idle
            self.findings.append(Finding(f"@{name} has no effect: {why}", values.line(name), hint))

    def _references(self) -> tuple[Reference, ...]:
        """The relations read, each once, the file's own left out."""
        first: dict[Relation, Reference] = {}
        for read in self.facts.reads:
            if read.relation != self.relation:
                first.setdefault(read.relation, Reference(read.relation, read.line))
        return tuple(first.values())


@dataclass(frozen=True)
class _Column:
    """One item of the final select: where it stands, its comments, what it gives."""

    line: int
    block: Block
    item: Item


def _words(text: str) -> tuple[list[str], list[Token]]:
    tokens = tokenized(text)
    return words(text, tokens), tokens
