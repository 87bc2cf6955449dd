"""What is noted while a query is read: what is wrong with it, and what only the graph can tell."""

from __future__ import annotations

from sqlglot import exp

from runner.nearest import nearest, nearest_hint
from runner.nodes import sql_name
from runner.parsing.findings import Finding
from runner.parsing.identifiers import line_of
from runner.parsing.parsed import UNKNOWN, Output, Outputs, Star, Use, missing_column
from runner.parsing.scopes import Scope


class Notes:
    """The findings and the uses of columns of one query, and the names of all its CTEs.

    `undecided` says why columns cannot be told apart: the first reason there is.
    """

    def __init__(self) -> None:
        self.ctes: set[str] = set()
        self.findings: list[Finding] = []
        self.undecided = ""
        self._uses: dict[tuple[int, str], Use] = {}

    def finding(self, message: str, line: int, hint: str = "") -> None:
        self.findings.append(Finding(message, line, hint))

    def give_up(self, why: str) -> None:
        """Columns cannot be told apart any more."""
        self.undecided = self.undecided or why

    # Columns

    def use(self, outputs: Outputs, alias: str, column: str, line: int) -> None:
        """The query takes a column from a source; the first place where it does counts."""
        key = (id(outputs), column)
        if key not in self._uses:
            self._uses[key] = Use(outputs, sql_name(alias), column, line)

    def bare(self, scope: Scope) -> None:
        """The unqualified columns of a scope that only the graph can look up."""
        visible = scope.visible()
        if UNKNOWN[0] in visible:
            return
        sources = {output.source for output in visible if isinstance(output, Star)}
        alias = str(next(iter(sources))) if len(sources) == len(scope.order) == 1 else ""
        for column, line in scope.bare.items():
            use = Use(visible, alias, column, line)
            if not self._settled(use):
                self._uses[(id(visible), column)] = use

    def unsettled(self) -> tuple[Use, ...]:
        """The uses that the query alone does not settle; what it lacks for certain is a finding."""
        return tuple(use for use in self._uses.values() if not self._settled(use))

    def _settled(self, use: Use) -> bool:
        """Whether the query itself tells if the column is there; a missing one is noted."""
        names = [output.name for output in use.outputs if isinstance(output, Output)]
        if len(names) < len(use.outputs):
            return use.column in names
        if use.column not in names:
            self.findings.append(missing_column(use, names))
        return True

    # Sources

    def no_source(self, alias: str, line: int, scope: Scope) -> None:
        hint = nearest_hint(sql_name(alias), [sql_name(known) for known in scope.aliases()])
        self.finding(f"{sql_name(alias)} is no table of this query", line, hint)

    def no_cte(self, name: str, line: int, scope: Scope) -> None:
        written = sql_name(name)
        near = nearest(written, [sql_name(cte) for cte in scope.env], likeness=0.8)
        hint = f"write the schema of a table: <schema>.{written}"
        if name in self.ctes:
            hint = f"the CTE {written} stands elsewhere; a query sees those before it"
        elif near:
            hint = f"did you mean {near}?"
        self.finding(f"{written} has no schema, and is no CTE that stands before", line, hint)

    def dynamic(self, node: exp.Expr) -> None:
        self.finding(
            f"{node.sql('snowflake', comments=False)} is no name that can be followed",
            line_of(node) or line_of(node.find_ancestor(exp.Select)),
            "write the table as schema.table",
        )
