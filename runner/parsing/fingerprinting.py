"""A file's tokens, items and settings -> its fingerprint."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

from sqlglot import exp

from runner.fingerprints import Fingerprint
from runner.nodes import Check, CheckKind, CheckSpec, Model, Reference, Settings, Snapshot
from runner.parsing import expressions, settings
from runner.parsing.canonical import digest, words
from runner.parsing.layout import Item as Place
from runner.parsing.lexer import Source, tokenized
from runner.parsing.parsed import Item
from runner.parsing.queries import QUERIES, by_position

# Settings that shape no relation: a selector reads tags, a page shows the owner. All others count:
# they say what is made (materialized, transient, secure, cluster_by, target_lag, warehouse), which
# rows come, stay or go (unique_key, incremental_strategy, delete_when, move_from, batch, batch_by,
# begin, lookback, updated_at, check_columns, hard_deletes, max_deletes), and which columns
# (on_schema_change, merge_exclude_columns).
_ASIDE = frozenset({"tags", "owner"})
_SQL = frozenset({"delete_when", "cluster_by"})


@dataclass(frozen=True)
class Query:
    """A file's query: its tree, and the items of its final select with their places."""

    source: Source
    tree: exp.Expr
    items: Sequence[Item]
    places: Sequence[Place]

    @cached_property
    def said(self) -> list[str]:
        return words(self.source.text, self.source.tokens)


def fingerprint(
    query: Query, node: Model | Snapshot | Check, deciding: frozenset[str]
) -> Fingerprint:
    """What of a file counts. `deciding` are those of its columns that decide on rows."""
    if isinstance(node, Check):
        asked = (node.severity, node.warn_if, node.error_if, node.warn_after, node.error_after)
        return Fingerprint(frame=digest(query.said), checks=digest(asked))
    frame, columns = _digests(query, deciding)
    sifting = (_check(spec) for spec in node.checks if spec.quarantine)
    shape = digest([*_settings(node.settings), *sifting])
    return Fingerprint(frame, columns, shape, digest(map(_thresholds, node.checks)))


def deciding(node: Model | Snapshot | Check) -> frozenset[str]:
    """The columns of the result that decide, by a setting, which rows the relation holds.

    `*` stands for all of them.
    """
    if isinstance(node, Check):
        return frozenset()
    chosen = node.settings
    named = {*chosen.unique_key, *chosen.check_columns, chosen.batch_by, chosen.updated_at}
    for spec in node.checks:
        if spec.quarantine:
            named.update(spec.columns)
    for text in conditions(node):
        named.update(_named(text))
    return frozenset(named - {""})


def conditions(node: Model | Snapshot | Check) -> list[str]:
    """The conditions in the settings that decide which rows the relation holds."""
    if isinstance(node, Check):
        return []
    checks = (spec for spec in node.checks if spec.quarantine and spec.kind is CheckKind.CONDITION)
    return [
        text for text in (node.settings.delete_when, *(spec.expression for spec in checks)) if text
    ]


def _named(text: str) -> Iterable[str]:
    try:
        return expressions.columns(text)[0]
    except settings.BadValueError:
        return ()  # the file has a problem, which is reported where it is read


def _settings(chosen: Settings) -> Iterator[str]:
    for field in fields(chosen):
        value = getattr(chosen, field.name)
        if value == field.default or field.name in _ASIDE:
            continue
        if field.name in _SQL:
            texts = (value,) if isinstance(value, str) else value
            value = [_sql(text) for text in texts]
        elif isinstance(value, Reference):
            value = value.relation
        yield f"{field.name} {value}"


def _check(spec: CheckSpec) -> str:
    """What the check asks. Its name follows from that."""
    reference = [str(spec.references), spec.references_column] if spec.references else []
    return json.dumps([spec.kind, spec.columns, _sql(spec.expression), reference, spec.new_rows])


def _thresholds(spec: CheckSpec) -> str:
    asked = [spec.severity, spec.quarantine, spec.warn_if, spec.error_if]
    return _check(spec) + json.dumps(asked)


def _sql(text: str) -> list[str]:
    return words(text, tokenized(text))


# The items of the final select


def _digests(query: Query, deciding: frozenset[str]) -> tuple[str, dict[str, str]]:
    """The digest of the frame, and of each item where they can be told apart."""
    texts = _texts(query)
    if not texts or "*" in deciding or not _apart(query):
        return digest(query.said), {}
    before, behind = query.said[: query.places[0].first], query.said[query.places[-1].last + 1 :]
    aliases = _aliases(query)
    uses = {key: _uses(text, aliases) - {key} for key, text in texts.items()}
    columns = {key: digest(_with(text, uses[key], uses, texts)) for key, text in texts.items()}
    used = (deciding & texts.keys()) | _uses(behind, aliases)
    return digest(_with([*before, "\n", *behind], used, uses, texts)), columns


def _texts(query: Query) -> dict[str, Sequence[str]]:
    """The words of each item by its column; a `*` goes by its text.

    Empty where the items have no names of their own.
    """
    found: dict[str, Sequence[str]] = {}
    for item, place in zip(query.items, query.places, strict=True):
        text = query.said[place.first : place.last + 1]
        found[" ".join(text) if item.star else item.name] = text
    return found if len(found) == len(query.items) and "" not in found else {}


def _with(
    text: Sequence[str],
    used: Iterable[str],
    uses: Mapping[str, frozenset[str]],
    texts: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """A text, and the items that it names, directly or not."""
    yield from text
    reached: set[str] = set()
    waiting = [*used]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += uses[key]
    for key in sorted(reached):
        yield "\n"
        yield from texts[key]


def _aliases(query: Query) -> dict[str, str]:
    """The items that other places can name, by the words for them.

    docs.snowflake.com/en/sql-reference/sql/select: an alias can be used in the items behind it and
    in the clauses of the query.
    """
    found: dict[str, str] = {}
    for item, node in zip(query.items, query.tree.expressions, strict=True):
        if isinstance(node, exp.Alias):
            found[item.name] = item.name
            found['"' + item.name.replace('"', '""') + '"'] = item.name
    return found


def _uses(said: Sequence[str], aliases: Mapping[str, str]) -> frozenset[str]:
    """The items that words may name; a name behind a dot is a column of a table."""
    if aliases.keys().isdisjoint(said) and ":" not in said:  # what follows a colon is as written
        return frozenset()
    return frozenset(
        found
        for before, word in zip(("", *said), said, strict=False)
        if before != "." and (found := aliases.get(word) or aliases.get(word.upper()))
    )


def _apart(query: Query) -> bool:
    """Whether an item that no other place names counts for its own column alone."""
    tree = query.tree
    if not isinstance(tree, exp.Select) or tree.args.get("distinct"):
        return False
    if not all(item.name.isascii() for item in query.items):
        return False  # which word names such an alias depends on rules for its upper case
    group, order = tree.args.get("group"), tree.args.get("order")
    if any(clause is not None and by_position(clause) for clause in (group, order)):
        return False
    return group is not None or not _may_be_one_row(tree)


def _may_be_one_row(tree: exp.Select) -> bool:
    """Whether an item may be an aggregate, in a query without `group by`: all its rows are one.

    Then no item holds a column outside an aggregate. Every aggregate of Snowflake is to sqlglot
    either that or a function that it does not know.
    """
    aliases = {item.alias.upper() for item in tree.expressions if isinstance(item, exp.Alias)}
    found = False
    stack: list[object] = [*tree.expressions]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, exp.Star):
            return False
        elif isinstance(node, exp.Column):
            if "table" in node.args or node.name.upper() not in aliases:
                return False
        elif isinstance(node, exp.Window):
            stack += [value for key, value in node.args.items() if key != "this"]
            stack += node.this.args.values()
        elif isinstance(node, exp.AggFunc | exp.Anonymous):
            found = True
        elif isinstance(node, exp.Expr) and not isinstance(node, QUERIES):
            stack += node.args.values()
    return found
