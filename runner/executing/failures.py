"""Keeping the rows that violate checks, where a run is asked to (`--store-failures`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from runner.errors import EngineError
from runner.executing.context import Conversation
from runner.generating import failures
from runner.generating.checks import Item
from runner.nodes import CheckKind, Relation
from runner.results import CheckResult, Invocation


@dataclass
class Keeper:
    """Writes the tables of one step; `existing` are the relations that the run has found."""

    invocation: Invocation
    existing: Collection[Relation]
    _written: set[Relation] = field(default_factory=set)

    def keep(
        self,
        items: Sequence[Item],
        results: Sequence[CheckResult],
        conversation: Conversation,
        *,
        published: bool,
    ) -> tuple[CheckResult, ...]:
        """The results, each that found something with the table that has its rows.

        To be called behind the publication or the rollback, before the step cleans up. Rows that
        cannot be kept are told in the result's message.
        """
        return tuple(
            self._kept(item, result, conversation, published)
            for item, result in zip(items, results, strict=True)
        )

    def _kept(
        self, item: Item, result: CheckResult, conversation: Conversation, published: bool
    ) -> CheckResult:
        table = failures.table(item)
        statement = self._statement(item, result, published)
        if not statement:
            return result
        try:
            conversation.note((statement,))
        except EngineError as error:
            told = f"its rows could not be kept: {error.message}"
            return replace(result, message=f"{result.message}\n{told}".lstrip())
        if not result.failures:
            return result
        self._written.add(table)
        return replace(result, stored=str(table), query=f"select * from {table}")

    def _statement(self, item: Item, result: CheckResult, published: bool) -> str:
        """What is to be done for a check; nothing where it holds and has no table."""
        table = failures.table(item)
        if result.kind is CheckKind.FRESHNESS:
            return ""
        if result.failures and table in self._written:
            return failures.addition(item, published=published)
        if result.failures:
            return failures.replacement(item, self.invocation, published=published)
        stale = table in self.existing and table not in self._written
        return failures.removal(item) if stale else ""
