"""The syntax tree of a query -> what it reads and what it produces, in one walk.

Snowflake resolves an unqualified name in `from` to a CTE before a table
(docs.snowflake.com/en/user-guide/queries-cte); everything else must be written `schema.table`,
so that a query says the same in every session.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from runner.nearest import nearest, nearest_hint
from runner.nodes import Relation, sql_name
from runner.parsing.findings import Finding
from runner.parsing.identifiers import line_of, stored
from runner.parsing.outputs import by_name, named, star, without
from runner.parsing.parsed import (
    UNKNOWN,
    Facts,
    Item,
    Output,
    Outputs,
    Read,
    Star,
    Use,
    missing_column,
)

FLATTEN = ("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS")
_SEQUENCE = frozenset({"NEXTVAL", "CURRVAL"})
_SET = (exp.Union, exp.Except, exp.Intersect)
_LEAVES = frozenset({str, bool, int, type(None), exp.Identifier, exp.Literal, exp.Var})
QUERIES = (exp.Select, *_SET, exp.Subquery, exp.Values)


def facts(tree: exp.Expr) -> Facts:
    """Read a query's tree; the tree is not changed."""
    walk = _Walk(_final_select(tree))
    outputs = walk.query(tree, {}, None)
    reads = tuple(sorted(walk.reads, key=lambda read: read.offset))
    uses = tuple(use for use in walk.uses.values() if not walk.settled(use))
    return Facts(outputs, walk.items, reads, uses, tuple(walk.findings))


def _final_select(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, (*_SET, exp.Subquery)):
        tree = tree.this
    return tree


@dataclass
class _Scope:
    """The sources that the expressions of one select can name."""

    parent: _Scope | None
    env: dict[str, Outputs]
    sources: dict[str, Outputs] = field(default_factory=dict)
    order: list[Outputs] = field(default_factory=list)
    names: frozenset[str] = frozenset()  # what the select list names, as where and the like see it
    bare: dict[str, int] = field(default_factory=dict)  # unqualified columns, with their lines
    open: bool = False  # something here may bring in names of its own

    def add(self, alias: str, outputs: Outputs) -> None:
        if alias in self.sources:
            outputs = UNKNOWN
        if alias:
            self.sources[alias] = outputs
        self.order.append(outputs)

    def all_outputs(self) -> Outputs:
        return tuple(output for outputs in self.order for output in outputs)

    def visible(self) -> Outputs:
        """Every column that an unqualified name may stand for, here or around."""
        if self.open:
            return UNKNOWN
        around = self.parent.visible() if self.parent else ()
        return (*self.all_outputs(), *(Output(name) for name in self.names), *around)

    def lookup(self, alias: str) -> Outputs | None:
        scope: _Scope | None = self
        while scope is not None:
            if alias in scope.sources:
                return scope.sources[alias]
            if scope.open:
                return UNKNOWN
            scope = scope.parent
        return None

    def aliases(self) -> Iterator[str]:
        scope: _Scope | None = self
        while scope is not None:
            yield from scope.sources
            scope = scope.parent


class _Walk:
    def __init__(self, final: exp.Expr) -> None:
        self.final = final
        self.items: tuple[Item, ...] = ()
        self.ctes: set[str] = set()
        self.reads: list[Read] = []
        self.uses: dict[tuple[int, str], Use] = {}
        self.findings: list[Finding] = []

    def settled(self, use: Use) -> bool:
        """Whether the query itself tells if the column is there; a missing one is noted."""
        names = [output.name for output in use.outputs if isinstance(output, Output)]
        if len(names) < len(use.outputs):
            return use.column in names
        if use.column not in names:
            self.findings.append(missing_column(use, names))
        return True

    # Queries

    def query(self, node: exp.Expr, env: dict[str, Outputs], parent: _Scope | None) -> Outputs:
        """What a query produces; reads and uses are noted on the way."""
        if isinstance(node, _SET):
            return self._set_operation(node, env, parent)
        env = self._with(node, env, parent)
        if isinstance(node, exp.Select):
            return self._select(node, env, parent)
        scope = _Scope(parent, env)
        if isinstance(node, exp.Values):
            self._expressions(node.expressions, scope)
            rows = node.expressions
            width = len(rows[0].expressions) if rows else 0
            return tuple(Output(f"COLUMN{number}") for number in range(1, width + 1))
        if not isinstance(node, exp.Subquery):
            self._finding("this is no query", line_of(node))
            self._expressions(node, _Scope(parent, env, open=True))
            return UNKNOWN
        self._source(node.this, scope)
        for join in node.args.get("joins") or ():
            self._join(join, scope)
        skip = ("this", "with_", "alias", "joins")
        rest = [value for key, value in node.args.items() if key not in skip]
        self._expressions(rest, _Scope(parent, env, open=True))
        return UNKNOWN if node.args.get("pivots") else scope.all_outputs()

    def _set_operation(
        self, node: exp.Expr, env: dict[str, Outputs], parent: _Scope | None
    ) -> Outputs:
        branches: list[tuple[exp.Expr, dict[str, Outputs]]] = []
        matched = False
        while isinstance(node, _SET):
            env = self._with(node, env, parent)
            matched = matched or bool(node.args.get("by_name"))
            branches.append((node.expression, env))
            rest = [v for key, v in node.args.items() if key not in ("this", "expression", "with_")]
            self._expressions(rest, _Scope(parent, env, open=True))
            node = node.this
        outputs = self.query(node, env, parent)
        for branch, branch_env in reversed(branches):
            other = self.query(branch, branch_env, parent)
            if matched:
                outputs = by_name(outputs, other)
        return outputs

    def _with(
        self, node: exp.Expr, env: dict[str, Outputs], parent: _Scope | None
    ) -> dict[str, Outputs]:
        clause = node.args.get("with_")
        if clause is None:
            return env
        env = dict(env)
        for cte in clause.expressions:
            name = stored(cte.args["alias"].this)
            self.ctes.add(name)
            columns = cte.args["alias"].args.get("columns") or []
            recursive = isinstance(cte.this, _SET)
            inner = {**env, name: named(UNKNOWN, columns)} if recursive else env
            env[name] = named(self.query(cte.this, inner, parent), columns)
        return env

    def _select(self, node: exp.Select, env: dict[str, Outputs], parent: _Scope | None) -> Outputs:
        scope = _Scope(parent, env)
        if origin := node.args.get("from_"):
            self._source(origin.this, scope)
        joins = node.args.get("joins") or ()
        for join in joins:
            self._join(join, scope)
        for lateral in node.args.get("laterals") or ():
            self._source(lateral, scope)
        for join in joins:
            self._expressions(
                [value for key, value in join.args.items() if key not in ("this", "using")], scope
            )
        if node.args.get("match"):
            scope.sources, scope.order = {}, [UNKNOWN]
        scope.open = any(node.args.get(key) for key in ("match", "connect", "into"))
        scope.names = frozenset(
            stored(item.args["alias"]) for item in node.expressions if isinstance(item, exp.Alias)
        )
        if not node.expressions:
            self.findings.append(Finding("the select list is empty", line_of(node)))
        if into := node.args.get("into"):
            self.findings.append(Finding("a query cannot select into a table", line_of(into)))
        skip = ("with_", "from_", "joins", "laterals")
        self._expressions([v for key, v in node.args.items() if key not in skip], scope)
        self._bare(scope)
        items = tuple(_item(item, scope) for item in node.expressions)
        if node is self.final:
            self.items = tuple(
                Item(outputs, item.is_star)
                for item, outputs in zip(node.expressions, items, strict=True)
            )
        return tuple(output for item in items for output in item)

    def _bare(self, scope: _Scope) -> None:
        """Note the unqualified columns that only the graph can look up."""
        visible = scope.visible()
        if UNKNOWN[0] in visible:
            return
        sources = {output.source for output in visible if isinstance(output, Star)}
        alias = str(next(iter(sources))) if len(sources) == len(scope.order) == 1 else ""
        for column, line in scope.bare.items():
            use = Use(visible, alias, column, line)
            if not self.settled(use):
                self.uses[(id(visible), column)] = use

    # Sources

    def _join(self, join: exp.Expr, scope: _Scope) -> None:
        self._source(join.this, scope)
        if str(join.args.get("method") or "").upper() == "NATURAL":
            scope.order[-1] = UNKNOWN
        elif using := join.args.get("using"):
            shared = frozenset(stored(column) for column in using)
            scope.order[-1] = without(scope.order[-1], shared)

    def _source(self, node: exp.Expr, scope: _Scope) -> None:
        alias = node.args.get("alias")
        name = stored(alias.this) if alias is not None and alias.this is not None else ""
        columns = (alias.args.get("columns") or []) if alias is not None else []
        pivots = node.args.get("pivots") or []
        if isinstance(node, exp.Subquery) and not name and not isinstance(node.this, QUERIES):
            self._source(node.this, scope)  # a join in brackets: its tables keep their names
        elif isinstance(node, exp.Table):
            own, outputs = self._table(node, scope)
            name = name or own
            if pivots:
                outputs = UNKNOWN
                pivot = pivots[-1].args.get("alias")
                name = stored(pivot.this) if pivot is not None else name
            scope.add(name, named(outputs, columns))
        elif isinstance(node, QUERIES):
            outputs = self.query(node, scope.env, scope)
            scope.add(name, named(outputs, columns))
        elif isinstance(node, exp.Lateral) and isinstance(node.this, QUERIES):
            outputs = self.query(node.this, scope.env, scope)
            scope.add(name, named(outputs, columns))
        else:
            scope.add(name, named(self._function(node, scope), columns))
        self._expressions(pivots, scope)
        for join in (node.args.get("joins") or ()) if isinstance(node, exp.Table) else ():
            self._join(join, scope)
            self._expressions(join.args.get("on"), scope)

    def _function(self, node: exp.Expr, scope: _Scope) -> Outputs:
        """A table function: `flatten` has known columns, the rest only the database knows."""
        call = node.this if isinstance(node, exp.Lateral | exp.TableFromRows | exp.Table) else node
        if isinstance(call, exp.Literal | exp.Parameter):
            self._dynamic(node)
        self._expressions(call, scope)
        if isinstance(call, exp.Explode | exp.Unnest):
            return tuple(Output(column) for column in FLATTEN)
        return UNKNOWN

    def _table(self, node: exp.Table, scope: _Scope) -> tuple[str, Outputs]:
        this, schema, database = node.this, node.args.get("db"), node.args.get("catalog")
        if isinstance(this, exp.DynamicIdentifier | exp.Parameter):
            self._dynamic(node)
            return "", UNKNOWN
        if not isinstance(this, exp.Identifier):
            return "", UNKNOWN if isinstance(this, exp.Var) else self._function(node, scope)
        name, line = stored(this), int(this.meta.get("line", 0))
        if database is not None:
            relation = Relation(stored(schema), name)
            self._finding(
                f"{sql_name(stored(database))}.{relation} names a database",
                line,
                f"the database is the target's; write {relation}",
            )
            return name, UNKNOWN
        if schema is None:
            return name, self._cte(name, line, scope)
        relation = Relation(stored(schema), name)
        self.reads.append(Read(relation, line, int(this.meta.get("start", 0))))
        return name, (Star(relation, line),)

    def _cte(self, name: str, line: int, scope: _Scope) -> Outputs:
        outputs = scope.env.get(name)
        if outputs is None:
            written = sql_name(name)
            near = nearest(written, [sql_name(cte) for cte in scope.env], likeness=0.8)
            hint = f"write the schema of a table: <schema>.{written}"
            if name in self.ctes:
                hint = f"the CTE {written} stands elsewhere; a query sees those before it"
            elif near:
                hint = f"did you mean {near}?"
            self._finding(f"{written} has no schema, and is no CTE that stands before", line, hint)
            return UNKNOWN
        return outputs

    def _dynamic(self, node: exp.Expr) -> None:
        self._finding(
            f"{node.sql('snowflake', comments=False)} is no name that can be followed",
            line_of(node) or line_of(node.find_ancestor(exp.Select)),
            "write the table as schema.table",
        )

    def _finding(self, message: str, line: int, hint: str = "") -> None:
        self.findings.append(Finding(message, line, hint))

    # Expressions

    def _expressions(self, start: object, scope: _Scope) -> None:
        stack: list[object] = [start]
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(node)
            elif isinstance(node, exp.Column):
                self._column(node, scope)
            elif type(node) in _LEAVES:
                continue
            elif isinstance(node, QUERIES):
                self.query(node, scope.env, scope)
            elif isinstance(node, exp.Table):
                self._table(node, scope)
            elif isinstance(node, exp.Expr):
                stack.extend(node.args.values())

    def _column(self, node: exp.Column, scope: _Scope) -> None:
        identifier = node.this
        if not isinstance(identifier, exp.Identifier):
            return
        column = stored(identifier)
        if "table" not in node.args:
            if not _is_keyword(node, column):
                scope.bare.setdefault(column, int(identifier.meta.get("line", 0)))
            return
        alias = stored(node.args["table"])
        outputs = scope.lookup(alias)
        if outputs is None:
            if column not in _SEQUENCE and "db" not in node.args:
                self._finding(
                    f"{sql_name(alias)} is no table of this query",
                    int(identifier.meta.get("line", 0)),
                    nearest_hint(sql_name(alias), [sql_name(known) for known in scope.aliases()]),
                )
            return
        key = (id(outputs), column)
        if key not in self.uses:
            line = int(identifier.meta.get("line", 0))
            self.uses[key] = Use(outputs, sql_name(alias), column, line)


def _is_keyword(node: exp.Column, column: str) -> bool:
    """A word that the parser takes for a column: `order by all`, `day` in a function that it does
    not know, a pseudo-column such as `metadata$filename`."""
    if column == "ALL" or "$" in column:
        return True
    return isinstance(node.parent, exp.Anonymous | exp.Kwarg)


def _item(item: exp.Expr, scope: _Scope) -> Outputs:
    if isinstance(item, exp.Alias):
        return (Output(stored(item.args["alias"]), line_of(item.args["alias"])),)
    if isinstance(item, exp.Star):
        return star(item, tuple(output for one in scope.order for output in one))
    if isinstance(item, exp.Column):
        if isinstance(item.this, exp.Star):
            source = scope.lookup(stored(item.args.get("table")))
            return star(item.this, source or UNKNOWN)
        if isinstance(item.this, exp.Identifier):
            return (Output(stored(item.this), line_of(item.this)),)
    return (Output("", line_of(item)),)
