"""The syntax tree of a query -> what it reads and what it produces, in one walk.

Snowflake resolves an unqualified name in `from` to a CTE before a table
(docs.snowflake.com/en/user-guide/queries-cte); everything else must be written `schema.table`,
so that a query says the same in every session.
"""

from __future__ import annotations

from collections.abc import Container

from sqlglot import exp

from runner.lineage import Pair
from runner.nearest import nearest, nearest_hint
from runner.nodes import Relation, sql_name
from runner.parsing.findings import Finding
from runner.parsing.identifiers import line_of, stored
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
    Use,
    missing_column,
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
    uses = tuple(use for use in walk.uses.values() if not walk.settled(use))
    findings = tuple(walk.findings)
    return Facts(outputs, walk.items, reads, uses, findings, frozenset(rows), walk.undecided)


def _final_select(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, (*_SET, exp.Subquery)):
        tree = tree.this
    return tree


class _Walk:
    def __init__(self, final: exp.Expr) -> None:
        self.final = final
        self.items: tuple[Item, ...] = ()
        self.ctes: set[str] = set()
        self.reads: list[Read] = []
        self.uses: dict[tuple[int, str], Use] = {}
        self.findings: list[Finding] = []
        self.undecided = ""

    def settled(self, use: Use) -> bool:
        """Whether the query itself tells if the column is there; a missing one is noted."""
        names = [output.name for output in use.outputs if isinstance(output, Output)]
        if len(names) < len(use.outputs):
            return use.column in names
        if use.column not in names:
            self.findings.append(missing_column(use, names))
        return True

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
            self._finding("this is no query", line_of(node))
            scope.open = True
            self._expressions(node, scope, scope.rows)
            return UNKNOWN
        self._source(node.this, scope)
        for join in node.args.get("joins") or ():
            self._join(join, scope)
        outputs = scope.all_outputs()
        self._behind(node, ("this", "with_", "alias", "joins"), around.below(into), outputs)
        if node.args.get("pivots"):
            self._undecided("a pivot")
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
                self._undecided("a set operation of `*`, whose columns go by position")
            outputs = by_name(outputs, other) if matched else by_place(outputs, other)
            self._behind(operation, ("this", "expression", "with_"), scope.below(), outputs)
        return outputs

    def _with(self, node: exp.Expr, scope: Scope) -> None:
        clause = node.args.get("with_")
        for cte in clause.expressions if clause is not None else ():
            name = stored(cte.args["alias"].this)
            self.ctes.add(name)
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
            self.findings.append(Finding("the select list is empty", line_of(node)))
        if into := node.args.get("into"):
            self.findings.append(Finding("a query cannot select into a table", line_of(into)))
        items = tuple(self._item(item, scope) for item in node.expressions)
        outputs = tuple(output for item in items for output in item)
        whole = [node.args.get(key) for key in ("group", "order")]
        if node.args.get("distinct") or any(clause and by_position(clause) for clause in whole):
            scope.rows.update(everything(outputs))
        skip = ("with_", "from_", "joins", "laterals", "expressions")
        rest = [value for key, value in node.args.items() if key not in skip]
        self._expressions(rest, scope, scope.rows)
        self._bare(scope)
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
            self._undecided("match_recognize")
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
            self._undecided("a `*` with ilike")
        replaced = []
        for item in node.args.get("replace") or ():
            into: set[Pair] = set()
            self._expressions(item, scope, into)
            replaced.append(Output(stored(item.args["alias"]), made=frozenset(into)))
        return star(node, outputs, tuple(replaced))

    def _bare(self, scope: Scope) -> None:
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

    def _join(self, join: exp.Expr, scope: Scope) -> None:
        self._source(join.this, scope)
        if str(join.args.get("method") or "").upper() == "NATURAL":
            self._undecided("a natural join")
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
                self._undecided("a pivot")
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
            self._undecided("two sources of one name")
        scope.add(name, self._named(outputs, columns))

    def _named(self, outputs: Outputs, columns: list[exp.Expr]) -> Outputs:
        if has_star(outputs[: len(columns)]):
            self._undecided("names by position for the columns of a `*`")
        return named(outputs, columns)

    def _function(self, node: exp.Expr, scope: Scope) -> Outputs:
        """A table function: `flatten` has known columns, the rest only the database knows.

        What it is given decides on its rows.
        """
        call = node.this if isinstance(node, exp.Lateral | exp.TableFromRows | exp.Table) else node
        if isinstance(call, exp.Literal | exp.Parameter):
            self._dynamic(node)
        self._expressions(call, scope, scope.rows)
        if isinstance(call, exp.Explode | exp.Unnest):
            return tuple(Output(column) for column in FLATTEN)
        return UNKNOWN

    def _table(self, node: exp.Table, scope: Scope) -> tuple[str, Outputs]:
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

    def _cte(self, name: str, line: int, scope: Scope) -> Outputs:
        shared = scope.env.get(name)
        if shared is None:
            written = sql_name(name)
            near = nearest(written, [sql_name(cte) for cte in scope.env], likeness=0.8)
            hint = f"write the schema of a table: <schema>.{written}"
            if name in self.ctes:
                hint = f"the CTE {written} stands elsewhere; a query sees those before it"
            elif near:
                hint = f"did you mean {near}?"
            self._finding(f"{written} has no schema, and is no CTE that stands before", line, hint)
            return UNKNOWN
        if shared.itself:
            self._undecided("a CTE that reads itself")
        scope.rows |= shared.rows
        return shared.outputs

    def _dynamic(self, node: exp.Expr) -> None:
        self._finding(
            f"{node.sql('snowflake', comments=False)} is no name that can be followed",
            line_of(node) or line_of(node.find_ancestor(exp.Select)),
            "write the table as schema.table",
        )

    def _finding(self, message: str, line: int, hint: str = "") -> None:
        self.findings.append(Finding(message, line, hint))

    def _undecided(self, what: str) -> None:
        self.undecided = self.undecided or what

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
        into |= made_of(outputs, column)
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


def by_position(clause: exp.Expr) -> bool:
    """Whether a `group by` or `order by` may point to items by position, or to all of them."""
    if clause.args.get("all"):
        return True
    return any(
        not found.is_string if isinstance(found, exp.Literal) else found.name.upper() == "ALL"
        for found in clause.find_all(exp.Literal, exp.Column, exp.Var)
    )
