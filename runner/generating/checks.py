"""All checks of one relation -> one statement that gives one row, a count of violations for each.

What counts as a violation is what dbt's generic tests count (docs: "Data tests"; dbt_utils:
`expression_is_true`):

not_null          a row in which the column is null
unique            a value that occurs more than once, counted once; rows with a null in one of the
                  columns are left out, as in SQL's UNIQUE
accepted_values   a row with another value; nulls are left out
references        a row with a value that the other relation does not have; nulls are left out
check             a row for which the condition is false; null passes, as in SQL's CHECK
check_aggregate   the expression is false for the whole relation (one violation); null passes
query             a row that a file in checks/ returns
freshness         a `loaded_at` that is older than allowed, or missing

Conditions and aggregates share one scan (conditional aggregates), each key is one grouped pass,
each reference one anti-join. A file in checks/ is a subquery in which the relation that it reads
is replaced by what is being checked (`Work.checked`), so that it sees rows not yet published.

In an incremental step row conditions look at the rows of this run (`Work.new_rows`), everything
else at the whole result; `@new_rows` confines an aggregate to the rows of this run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import indent

from runner.generating.sources import Sources, afterwards, behind, during
from runner.generating.violations import (
    SAMPLE_ROWS,
    SCANNED,
    all_violations,
    counted,
    some_violations,
    violations,
)
from runner.generating.work import Work
from runner.nodes import Check, CheckSpec, Model, Node, Snapshot


@dataclass(frozen=True)
class Item:
    """One check of a statement: `of` is the node whose check it is, a file in checks/ its own.

    Its queries are made when they are asked for, since most checks hold. They are empty for
    freshness.
    """

    of: Node
    check: CheckSpec | Check
    work: Work

    @property
    def path(self) -> str:
        return self.check.path if isinstance(self.check, Check) else self.of.path

    @property
    def sends_away(self) -> bool:
        """Whether the rows that it finds have gone to quarantine: they are no failure by then."""
        is_condition = isinstance(self.check, CheckSpec) and self.check.quarantine
        return is_condition and self.work.sent_away is not None

    @property
    def sample(self) -> str:
        """A query for a handful of violations, read from what is being checked: to be run before
        that is rolled back or dropped."""
        if isinstance(self.of, Check):
            return "" if self.of.freshness else _limited(self.of.sql)
        if isinstance(self.check, CheckSpec):
            return some_violations(self.of, self.check, self.work)
        if self.check.freshness:
            return ""
        sources = during(self.of, self.work)
        return sources.given + _limited(sources.seen_by(self.check.sql))

    def query(self, *, published: bool) -> str:
        """A query that shows them all, for people: it works when the run is over.

        What was published, or was there all the while, is read from the relation. What was not,
        from the node's query; that of a batch needs its variables, and a table that was filled
        batch by batch is gone (an empty text).
        """
        work = self.work
        stands = published or not (work.write or work.publish or work.aside)
        if isinstance(self.check, Check) and self.check.freshness:
            return ""
        if not stands and work.aside and not work.write:
            return ""
        if isinstance(self.of, Check):
            return self.of.sql
        given = () if stands else work.variables
        sources = afterwards(self.of, work, stands=stands)
        return ";\n".join((*given, self._reading(sources)))

    def found(self, *, published: bool) -> str:
        """A query for them all behind the publication or the rollback, before the step cleans up:
        it reads what the run itself has made, as far as that is there."""
        if isinstance(self.of, Check):
            return self.of.sql
        sources = behind(self.of, self.work, published=published)
        return self._reading(sources or afterwards(self.of, self.work, stands=False))

    def _reading(self, sources: Sources) -> str:
        assert not isinstance(self.of, Check)
        if isinstance(self.check, CheckSpec):
            return all_violations(self.of, self.check, sources)
        return sources.given + sources.seen_by(self.check.sql)


@dataclass(frozen=True)
class CheckStatement:
    """`sql` gives one row: a value for each item, in their order."""

    sql: str
    items: tuple[Item, ...]


def statement(
    node: Model | Snapshot,
    work: Work,
    files: Sequence[Check] = (),
    specs: Sequence[CheckSpec] | None = None,
) -> CheckStatement | None:
    """One statement for the node's checks and the files in checks/ that read only its relation.

    `specs` are the node's own checks unless given; None when there is nothing to check.
    """
    specs = node.checks if specs is None else specs
    if not specs and not files:
        return None
    sources = during(node, work)
    all_checks: list[CheckSpec | Check] = [*specs, *files]
    numbered = list(enumerate(all_checks, 1))
    own = [(number, check) for number, check in numbered if isinstance(check, CheckSpec)]
    blocks = _scans(own, sources)
    blocks += [_pass(number, check, sources) for number, check in own if check.kind not in SCANNED]
    blocks += [
        _file_block(number, sources.seen_by(check.sql), check)
        for number, check in numbered
        if isinstance(check, Check)
    ]
    items = tuple(Item(node, check, work) for _, check in numbered)
    return CheckStatement(_side_by_side(sources.given, blocks, len(items)), items)


def standalone(check: Check) -> CheckStatement:
    """A file in checks/ by itself: one that reads several relations."""
    item = Item(check, check, Work(label="check", checked=""))
    return CheckStatement(_side_by_side("", [_file_block(1, check.sql, check)], 1), (item,))


def as_it_stands(node: Model | Snapshot) -> Work:
    """Work that writes nothing: for checking a relation without building it."""
    return Work(label="check", checked=str(node.relation))


def _side_by_side(given: str, blocks: Sequence[str], count: int) -> str:
    columns = ",\n    ".join(f"check_{number}" for number in range(1, count + 1))
    return f"{given}select\n    {columns}\nfrom " + "\ncross join ".join(blocks)


def _scans(checks: Sequence[tuple[int, CheckSpec]], sources: Sources) -> list[str]:
    """One pass over each source for all checks that a conditional aggregate can count."""
    found: dict[str, list[str]] = {}
    for number, check in checks:
        if check.kind in SCANNED:
            column = f"{counted(check)} as check_{number}"
            found.setdefault(sources.read_by(check), []).append(column)
    return [
        _derived(",\n        ".join(columns), source, f"scan_{number}")
        for number, (source, columns) in enumerate(found.items(), 1)
    ]


def _pass(number: int, check: CheckSpec, sources: Sources) -> str:
    """A check that needs a pass of its own: a key or a reference."""
    found = indent(violations(check, sources, "1 as violation"), " " * 8)
    return _derived(
        f"count(*) as check_{number}", f"(\n{found}\n    ) as violations", f"pass_{number}"
    )


def _file_block(number: int, sql: str, check: Check) -> str:
    value = "max(loaded_at)" if check.freshness else "count(*)"
    return _derived(f"{value} as check_{number}", f"(\n{sql}\n    ) as found", f"file_{number}")


def _derived(columns: str, source: str, alias: str) -> str:
    return f"(\n    select\n        {columns}\n    from {source}\n) as {alias}"


def _limited(sql: str) -> str:
    return f"select *\nfrom (\n{sql}\n) as violations\nlimit {SAMPLE_ROWS}"
