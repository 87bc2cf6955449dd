"""An incremental query -> the query of its first build, when its table does not exist yet.

Each and-ed condition of a `where`, `having` or `qualify` that reads the model itself, directly or
through a CTE, is left out, innermost first; on the nullable side of an outer join the model reads
an empty relation; a CTE that nothing reads any more is left out too. Anywhere else a model cannot
read itself. The text outside these places stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from runner.nodes import Relation, sql_name
from runner.parsing.conditions import clause_cut, clause_of, list_cuts
from runner.parsing.findings import Finding
from runner.parsing.identifiers import stored
from runner.parsing.layout import CLOSING, OPENING
from runner.parsing.lexer import Cut, Source
from runner.parsing.parsed import Facts, Star

_CLAUSES: dict[type[exp.Expr], TokenType] = {
    exp.Where: TokenType.WHERE,
    exp.Having: TokenType.HAVING,
    exp.Qualify: TokenType.QUALIFY,
}
_HINT = (
    "leave it to an and-ed condition of a where, having or qualify, "
    "or to the nullable side of an outer join"
)


class _Fate(IntEnum):
    """What becomes of a place that reads the model; of several, the greatest counts."""

    LEFT_OUT = 0
    EMPTY = 1
    STAYS = 2


@dataclass(frozen=True)
class Initial:
    """The query of the first build, and why there is none."""

    sql: str
    findings: tuple[Finding, ...] = ()


def without_itself(source: Source, tree: exp.Expr, facts: Facts, relation: Relation) -> Initial:
    """The query without its self-references."""
    return _Removal(source, tree, facts, relation).result()


class _Removal:
    def __init__(self, source: Source, tree: exp.Expr, facts: Facts, relation: Relation) -> None:
        self.source, self.facts, self.relation = source, facts, relation
        self.tables = list(tree.find_all(exp.Table))
        self.tree = tree
        self.conditions: dict[tuple[TokenType, int], None] = {}
        self.dead: dict[int, exp.CTE] = {}
        self.fates: dict[int, _Fate] = {}

    def result(self) -> Initial:
        empty: list[exp.Table] = []
        findings: list[Finding] = []
        for table in self.tables:
            if not self._is_itself(table):
                continue
            fate = self._fate(table)
            if fate is _Fate.EMPTY:
                empty.append(table)
            elif fate is _Fate.STAYS:
                line = int(table.this.meta["line"])
                message = f"{self.relation} reads itself where nothing can be left out"
                findings.append(Finding(message, line, _HINT))
        if empty and any(isinstance(output, Star) for output in self.facts.outputs):
            hint = "write the columns of the final select out"
            findings.append(Finding("a self-reference in a join needs known columns", 1, hint))
        if findings:
            return Initial(self.source.sql(), tuple(findings))
        cuts = [*self._condition_cuts(), *self._cte_cuts(), *map(self._emptied, empty)]
        return Initial(self.source.sql(cuts))

    def _is_itself(self, table: exp.Table) -> bool:
        schema = table.args.get("db")
        return (
            schema is not None
            and isinstance(table.this, exp.Identifier)
            and Relation(stored(schema), stored(table.this)) == self.relation
        )

    def _fate(self, table: exp.Table) -> _Fate:
        """What becomes of one table name: the nearest condition around it, else the join."""
        nullable = False
        child: exp.Expr = table
        node = table.parent
        while node is not None:
            clause = _CLAUSES.get(type(node))
            if clause and isinstance(node.parent, exp.Select):
                self.conditions[(clause, int(table.this.meta["start"]))] = None
                return _Fate.LEFT_OUT
            nullable = nullable or _is_nullable(node, child)
            if isinstance(node, exp.CTE):
                return _Fate.EMPTY if nullable else self._cte_fate(node)
            child, node = node, node.parent
        return _Fate.EMPTY if nullable else _Fate.STAYS

    def _cte_fate(self, cte: exp.CTE) -> _Fate:
        """A CTE that reads the model shares the fate of the places that read the CTE."""
        key = id(cte)
        if key not in self.fates:
            self.fates[key] = _Fate.LEFT_OUT  # a recursive CTE's own reading of itself
            uses = [table for table in self.tables if _cte_of(table) is cte]
            fates = [self._fate(table) for table in uses]
            self.fates[key] = max(fates, default=_Fate.LEFT_OUT)
            if self.fates[key] is _Fate.LEFT_OUT:
                self.dead[key] = cte
        return self.fates[key]

    def _condition_cuts(self) -> Iterator[Cut]:
        tokens = self.source.tokens
        clauses: dict[int, set[int]] = {}
        for kind, offset in self.conditions:
            index = self.source.token_at(offset)
            clauses.setdefault(clause_of(tokens, index, kind), set()).add(index)
        for keyword, hits in clauses.items():
            yield from clause_cut(tokens, keyword, hits)

    def _cte_cuts(self) -> Iterator[Cut]:
        clauses = {id(cte.parent): cte.parent for cte in self.dead.values()}
        for clause in clauses.values():
            if not isinstance(clause, exp.With):
                continue
            spans = [self._cte_span(cte) for cte in clause.expressions]
            dead = [id(cte) in self.dead for cte in clause.expressions]
            first = self.source.token_at(spans[0][0])
            if all(dead):
                begin = first - 1
                while self.source.tokens[begin].token_type != TokenType.WITH:
                    begin -= 1
                last = self.source.token_at(spans[-1][1])
                following = self.source.tokens[last + 1].start
                yield Cut(self.source.tokens[begin].start, following)
            else:
                yield from list_cuts(spans, dead)

    def _cte_span(self, cte: exp.CTE) -> tuple[int, int]:
        """Offsets of a CTE's first character and of its closing bracket."""
        tokens = self.source.tokens
        start = int(cte.args["alias"].this.meta["start"])
        index = self.source.token_at(start)
        while tokens[index].token_type != TokenType.ALIAS:
            index += 1
        depth = 0
        while True:
            index += 1
            kind = tokens[index].token_type
            depth += (kind in OPENING) - (kind in CLOSING)
            if depth == 0 and kind == TokenType.R_PAREN:
                return start, tokens[index].end

    def _emptied(self, table: exp.Table) -> Cut:
        """The place of a table name, filled with a relation of the same columns and no rows."""
        columns = ", ".join(
            f"{null} as {sql_name(name)}" for name, null in zip(*self._nulls(), strict=True)
        )
        alias = "" if table.args.get("alias") else f" as {sql_name(self.relation.name)}"
        start = int(table.args["db"].meta["start"])
        end = int(table.this.meta["end"]) + 1
        return Cut(start, end, f"(select {columns} where false){alias}")

    def _nulls(self) -> tuple[list[str], list[str]]:
        """The model's columns, and a null for each, of its type where the query casts it."""
        names = [output.name for output in self.facts.outputs if not isinstance(output, Star)]
        final = self.tree
        while not isinstance(final, exp.Select) and isinstance(final.args.get("this"), exp.Expr):
            final = final.this
        items = final.expressions if isinstance(final, exp.Select) else []
        types = [_cast_type(item) for item in items] if len(items) == len(names) else []
        nulls = [f"null::{kind}" if kind else "null" for kind in types or [""] * len(names)]
        return names, nulls


def _cast_type(item: exp.Expr) -> str:
    value = item.unalias()
    return value.to.sql("snowflake").lower() if isinstance(value, exp.Cast | exp.TryCast) else ""


def _is_nullable(node: exp.Expr, child: exp.Expr) -> bool:
    """Whether a source of a join gives nulls where nothing matches (asof joins do as well)."""
    if isinstance(node, exp.Join) and node.this is child:
        joins: Sequence[exp.Expr] = node.parent.args.get("joins") or () if node.parent else ()
        later = list(joins)[[id(join) for join in joins].index(id(node)) + 1 :]
        own = _side(node) in ("LEFT", "FULL") or str(node.args.get("method")).upper() == "ASOF"
        return own or _any_right(later)
    if isinstance(node, exp.From) and node.parent is not None:
        return _any_right(node.parent.args.get("joins") or ())
    return False


def _any_right(joins: Iterable[exp.Expr]) -> bool:
    return any(_side(join) in ("RIGHT", "FULL") for join in joins)


def _side(join: exp.Expr) -> str:
    return str(join.args.get("side") or "").upper()


def _cte_of(table: exp.Table) -> exp.CTE | None:
    """The CTE that an unqualified name stands for; not a recursive CTE's reading of itself."""
    if table.args.get("db") is not None or not isinstance(table.this, exp.Identifier):
        return None
    name = stored(table.this)
    child: exp.Expr = table
    node = table.parent
    while node is not None:
        visible: list[exp.CTE] = []
        if isinstance(node, exp.With):
            before = [id(cte) for cte in node.expressions].index(id(child))
            visible = node.expressions[: before + isinstance(child.this, exp.SetOperation)]
        elif (clause := node.args.get("with_")) is not None and clause is not child:
            visible = clause.expressions
        for cte in reversed(visible):
            if stored(cte.args["alias"].this) == name:
                return None if cte is child else cte
        child, node = node, node.parent
    return None
