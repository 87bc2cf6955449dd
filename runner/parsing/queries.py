"""The syntax tree of a query -> what it reads and what it produces, in one walk.

Snowflake resolves an unqualified name in `from` to a CTE before a table
(docs.snowflake.com/en/user-guide/queries-cte); everything else must be written `schema.table`,
so that a query says the same in every session.
"""

from __future__ import annotations

from collections.abc import Container

from sqlglot import exp

from runner.lineage import Pair
from runner.nodes import Relation, sql_name
from runner.parsing.identifiers import line_of, stored
from runner.parsing.notes import Notes
from runner.parsing.outputs import (
    by_name,
    by_place,
    everything,
    has_star,
    named,
    star,
    without,
)
from runner.parsing.parsed import (
    UNKNOWN,
    Facts,
    Item,
    Output,
    Outputs,
    Read,
    Star,
)
from runner.parsing.scopes import Scope, Shared, made_of

FLATTEN = ("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS")
_SEQUENCE = frozenset({"NEXTVAL", "CURRVAL"})
_SET = (exp.Union, exp.Except, exp.Intersect)
_LEAVES = frozenset({str, bool, int, type(None), exp.Identifier, exp.Literal, exp.Var})
QUERIES = (exp.Select, *_SET, exp.Subquery, exp.Values)


def facts(tree: exp.Expr) -> Facts:
    """Read a query's tree; the tree is not changed."""
    walk = _Walk(_final_select(tree))
    rows: set[Pair] = set()
    outputs = walk.query(tree, Scope(None, {}, rows))
    reads = tuple(sorted(walk.reads, key=lambda read: read.offset))
    notes = walk.notes
    uses = notes.unsettled()
    findings = tuple(notes.findings)
    return Facts(outputs, walk.items, reads, uses, findings, frozenset(rows), notes.undecided)


def _final_select(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, (*_SET, exp.Subquery)):
        tree = tree.this
    return tree


class _Walk:
    def __init__(self, final: exp.Expr) -> None:
        self.final = final
        self.items: tuple[Item, ...] = ()
        self.reads: list[Read] = []
        self.notes = Notes()

    # Queries

    def query(self, node: exp.Expr, around: Scope, into: set[Pair] | None = None) -> Outputs:
        """What a query within a scope produces; reads and uses are noted on the way.

        What decides on its rows goes `into` a set: without one it decides on those around it.
        """
        scope = around.below(into)
        if isinstance(node, _SET):
            return self._set_operation(node, scope)
        self._with(node, scope)
        if isinstance(node, exp.Select):
            return self._select(node, scope)
        if isinstance(node, exp.Values):
            self._expressions(node.expressions, scope, scope.rows)
            rows = node.expressions
            width = len(rows[0].expressions) if rows else 0
            return tuple(Output(f"COLUMN{number}") for number in range(1, width + 1))
        if not isinstance(node, exp.Subquery):
            self.notes.finding("this is no query", line_of(node))
            scope.open = True
            self._expressions(node, scope, scope.rows)
            return UNKNOWN
        self._source(node.this, scope)
        for join in node.args.get("joins") or ():
            self._join(join, scope)
        outputs = scope.all_outputs()
        self._behind(node, ("this", "with_", "alias", "joins"), around.below(into), outputs)
        if node.args.get("pivots"):
            self.notes.give_up("a pivot")
            return UNKNOWN
        return outputs

    def _behind(
        self, node: exp.Expr, known: Container[str], scope: Scope, outputs: Outputs
    ) -> None:
        """The clauses behind a query in brackets or a set operation."""
        scope.open = True
        if node.args.get("order"):
            scope.rows.update(everything(outputs))
        rest = [value for key, value in node.args.items() if key not in known]
        self._expressions(rest, scope, scope.rows)

    def _set_operation(self, node: exp.Expr, around: Scope) -> Outputs:
        branches: list[tuple[exp.Expr, Scope]] = []
        matched = False
        scope = around
        while isinstance(node, _SET):
            if node.args.get("with_"):
                scope = scope.below()
                self._with(node, scope)
            matched = matched or bool(node.args.get("by_name"))
            branches.append((node, scope))
            node = node.this
        outputs = self.query(node, scope)
        for operation, scope in reversed(branches):
            other = self.query(operation.expression, scope)
            if operation.args.get("distinct") or not isinstance(operation, exp.Union):
                scope.rows.update((*everything(outputs), *everything(other)))
            if has_star(outputs) or has_star(other):
                self.notes.give_up("a set operation of `*`, whose columns go by position")
            outputs = by_name(outputs, other) if matched else by_place(outputs, other)
            self._behind(operation, ("this", "expression", "with_"), scope.below(), outputs)
        return outputs

    def _with(self, node: exp.Expr, scope: Scope) -> None:
        clause = node.args.get("with_")
        for cte in clause.expressions if clause is not None else ():
            name = stored(cte.args["alias"].this)
            self.notes.ctes.add(name)
            columns = cte.args["alias"].args.get("columns") or []
            rows: set[Pair] = set()
            inner = scope.below(rows)
            if isinstance(cte.this, _SET):
                inner.env = {**scope.env, name: Shared(named(UNKNOWN, columns), itself=True)}
            outputs = self._named(self.query(cte.this, inner), columns)
            scope.env = {**scope.env, name: Shared(outputs, frozenset(rows))}

    def _select(self, node: exp.Select, scope: Scope) -> Outputs:
        self._from(node, scope)
        scope.open = any(node.args.get(key) for key in ("match", "connect", "into"))
        scope.names = frozenset(
            stored(item.args["alias"]) for item in node.expressions if isinstance(item, exp.Alias)
        )
        if not node.expressions:
            self.notes.finding("the select list is empty", line_of(node))
        if into := node.args.get("into"):
            self.notes.finding("a query cannot select into a table", line_of(into))
        items = tuple(self._item(item, scope) for item in node.expressions)
        outputs = tuple(output for item in items for output in item)
        whole = [node.args.get(key) for key in ("group", "order")]
        if node.args.get("distinct") or any(clause and by_position(clause) for clause in whole):
            scope.rows.update(everything(outputs))
        skip = ("with_", "from_", "joins", "laterals", "expressions")
        rest = [value for key, value in node.args.items() if key not in skip]
        self._expressions(rest, scope, scope.rows)
        self.notes.bare(scope)
        if node is self.final:
            self.items = tuple(
                Item(outputs, item.is_star)
                for item, outputs in zip(node.expressions, items, strict=True)
            )
        return outputs

    def _from(self, node: exp.Select, scope: Scope) -> None:
        if origin := node.args.get("from_"):
            self._source(origin.this, scope)
        joins = node.args.get("joins") or ()
        for join in joins:
            self._join(join, scope)
        for lateral in node.args.get("laterals") or ():
            self._source(lateral, scope)
        for join in joins:
            conditions = [v for key, v in join.args.items() if key not in ("this", "using")]
            self._expressions(conditions, scope, scope.rows)
        if node.args.get("match"):
            self.notes.give_up("match_recognize")
            scope.sources, scope.order = {}, [UNKNOWN]

    def _item(self, item: exp.Expr, scope: Scope) -> Outputs:
        """What one item of a select list gives."""
        into: set[Pair] = set()
        self._expressions(item, scope, into)
        if isinstance(item, exp.Alias):
            name, made = stored(item.args["alias"]), frozenset(into)
            scope.items[name] = made
            return (Output(name, line_of(item.args["alias"]), made),)
        if isinstance(item, exp.Star):
            return self._star(item, scope.all_outputs(), scope)
        if isinstance(item, exp.Column):
            if isinstance(item.this, exp.Star):
                source = scope.lookup(stored(item.args.get("table")))
                return self._star(item.this, source or UNKNOWN, scope)
            if isinstance(item.this, exp.Identifier):
                return (Output(stored(item.this), line_of(item.this), frozenset(into)),)
        return (Output("", line_of(item), frozenset(into)),)

    def _star(self, node: exp.Star, outputs: Outputs, scope: Scope) -> Outputs:
        if node.args.get("ilike"):
            self.notes.give_up("a `*` with ilike")
        replaced = []
        for item in node.args.get("replace") or ():
            into: set[Pair] = set()
            self._expressions(item, scope, into)
            replaced.append(Output(stored(item.args["alias"]), made=frozenset(into)))
        return star(node, outputs, tuple(replaced))

    # Sources

    def _join(self, join: exp.Expr, scope: Scope) -> None:
        self._source(join.this, scope)
        if str(join.args.get("method") or "").upper() == "NATURAL":
            self.notes.give_up("a natural join")
            scope.order[-1] = UNKNOWN
        elif using := join.args.get("using"):
            shared = frozenset(stored(column) for column in using)
            for column in shared:
                scope.rows |= scope.made(column)
            scope.order[-1] = without(scope.order[-1], shared)

    def _source(self, node: exp.Expr, scope: Scope) -> None:
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
                self.notes.give_up("a pivot")
                outputs = UNKNOWN
                pivot = pivots[-1].args.get("alias")
                name = stored(pivot.this) if pivot is not None else name
            self._add(name, outputs, columns, scope)
        elif isinstance(node, QUERIES):
            self._add(name, self.query(node, scope), columns, scope)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, QUERIES):
            self._add(name, self.query(node.this, scope), columns, scope)
        else:
            self._add(name, self._function(node, scope), columns, scope)
        self._expressions(pivots, scope, scope.rows)
        for join in (node.args.get("joins") or ()) if isinstance(node, exp.Table) else ():
            self._join(join, scope)
            self._expressions(join.args.get("on"), scope, scope.rows)

    def _add(self, name: str, outputs: Outputs, columns: list[exp.Expr], scope: Scope) -> None:
        """A source of a select becomes part of what its expressions can name."""
        if name in scope.sources:
            self.notes.give_up("two sources of one name")
        scope.add(name, self._named(outputs, columns))

    def _named(self, outputs: Outputs, columns: list[exp.Expr]) -> Outputs:
        if has_star(outputs[: len(columns)]):
            self.notes.give_up("names by position for the columns of a `*`")
        return named(outputs, columns)

    def _function(self, node: exp.Expr, scope: Scope) -> Outputs:
        """A table function: `flatten` has known columns, the rest only the database knows.

        What it is given decides on its rows.
        """
        call = node.this if isinstance(node, exp.Lateral | exp.TableFromRows | exp.Table) else node
        if isinstance(call, exp.Literal | exp.Parameter):
            self.notes.dynamic(node)
        self._expressions(call, scope, scope.rows)
        if isinstance(call, exp.Explode | exp.Unnest):
            return tuple(Output(column) for column in FLATTEN)
        return UNKNOWN

    def _table(self, node: exp.Table, scope: Scope) -> tuple[str, Outputs]:
        this, schema, database = node.this, node.args.get("db"), node.args.get("catalog")
        if isinstance(this, exp.DynamicIdentifier | exp.Parameter):
            self.notes.dynamic(node)
            return "", UNKNOWN
        if not isinstance(this, exp.Identifier):
            return "", UNKNOWN if isinstance(this, exp.Var) else self._function(node, scope)
        name, line = stored(this), int(this.meta.get("line", 0))
        if database is not None:
            relation = Relation(stored(schema), name)
            self.notes.finding(
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

    def _cte(self, name: str, line: int, scope: Scope) -> Outputs:
        shared = scope.env.get(name)
        if shared is None:
            self.notes.no_cte(name, line, scope)
            return UNKNOWN
        if shared.itself:
            self.notes.give_up("a CTE that reads itself")
        scope.rows |= shared.rows
        return shared.outputs

    # Expressions

    def _expressions(self, start: object, scope: Scope, into: set[Pair]) -> None:
        """Everything that an expression names; what it is made of goes into a set."""
        stack: list[object] = [start]
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(node)
            elif isinstance(node, exp.Column):
                self._column(node, scope, into)
            elif type(node) in _LEAVES:
                continue
            elif isinstance(node, QUERIES):
                outputs = self.query(node, scope, into)
                if not isinstance(node.parent, exp.Exists):
                    into.update(everything(outputs))
            elif isinstance(node, exp.Table):
                into.update(everything(self._table(node, scope)[1]))
            elif isinstance(node, exp.Star | exp.Parameter):
                self._several(node, scope, into)
                stack.extend(node.args.values())
            elif isinstance(node, exp.Expr):
                stack.extend(node.args.values())

    def _several(self, node: exp.Expr, scope: Scope, into: set[Pair]) -> None:
        """`*` as an argument, or `$1`: which columns that is, the names do not say."""
        counted = isinstance(node.parent, exp.Count)
        variable = isinstance(node, exp.Parameter) and not isinstance(node.this, exp.Literal)
        if not counted and not variable:
            into.update(everything(scope.given_outputs()))

    def _column(self, node: exp.Column, scope: Scope, into: set[Pair]) -> None:
        identifier = node.this
        if not isinstance(identifier, exp.Identifier):
            alias = stored(node.args.get("table"))
            into.update(everything(scope.lookup(alias) or scope.given_outputs()))
            return
        column = stored(identifier)
        if "table" not in node.args:
            into |= scope.made(column)
            if not _is_keyword(node, column):
                scope.bare.setdefault(column, int(identifier.meta.get("line", 0)))
            return
        alias, line = stored(node.args["table"]), int(identifier.meta.get("line", 0))
        outputs = scope.lookup(alias)
        if outputs is not None:
            into |= made_of(outputs, column)
            self.notes.use(outputs, alias, column, line)
        elif column not in _SEQUENCE and "db" not in node.args:
            self.notes.no_source(alias, line, scope)


def _is_keyword(node: exp.Column, column: str) -> bool:
    """A word that the parser takes for a column: `order by all`, `day` in a function that it does
    not know, a pseudo-column such as `metadata$filename`."""
    if column == "ALL" or "$" in column:
        return True
    return isinstance(node.parent, exp.Anonymous | exp.Kwarg)


def by_position(clause: exp.Expr) -> bool:
    """Whether a `group by` or `order by` may point to items by position, or to all of them."""
    if clause.args.get("all"):
        return True
    return any(
        not found.is_string if isinstance(found, exp.Literal) else found.name.upper() == "ALL"
        for found in clause.find_all(exp.Literal, exp.Column, exp.Var)
    )
