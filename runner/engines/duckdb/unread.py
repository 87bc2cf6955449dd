"""What a clause holds beyond what the engine reads of it.

sqlglot's reader takes clauses of other databases and puts them into arguments of a node. An
argument that nobody looks at would be a clause passed over in silence, so each node names those
that are read.
"""

from __future__ import annotations

from sqlglot import exp

from runner.errors import Unsupported

READ: dict[type[exp.Expr], str] = {
    exp.Select: "with_ hint expressions distinct from_ joins where group having qualify order"
    " limit offset sample",
    exp.Subquery: "this alias with_ pivots sample order limit offset",
    exp.Union: "with_ this expression distinct by_name order limit offset",
    exp.Except: "with_ this expression distinct by_name order limit offset",
    exp.Intersect: "with_ this expression distinct by_name order limit offset",
    exp.Values: "expressions alias pivots sample",
    exp.Table: "this alias db catalog pivots sample format pattern",
    exp.Lateral: "this alias",
    exp.Join: "this on side kind using method match_condition",
    exp.With: "expressions recursive",
    exp.CTE: "this alias",
    exp.TableSample: "method percent size seed",
    exp.Pivot: "this alias expressions fields unpivot columns include_nulls default_on_null"
    " identify_pivot_strings prefixed_pivot_columns pivot_column_naming",
    exp.Window: "this partition_by order spec over",
    exp.WindowSpec: "kind start start_side end end_side",
    exp.Ordered: "this desc nulls_first",
    exp.Order: "this expressions",
    exp.Group: "expressions all",
    exp.Limit: "this expression",
    exp.Fetch: "direction count limit_options",
    exp.Offset: "this expression",
    exp.In: "this expressions query field",
    exp.Between: "this low high",
    exp.Cast: "this to",
    exp.TryCast: "this to safe requires_string probe_date_format null_on_text_overflow",
    exp.Distinct: "expressions",
    exp.Star: "except_ replace rename ilike",
    exp.Column: "this table db catalog join_mark",
}
KNOWN = {kind: frozenset(names.split()) for kind, names in READ.items()}
SPOKEN = {
    "changes": "time travel (CHANGES)",
    "connect": "CONNECT BY",
    "into": "SELECT INTO",
    "laterals": "LATERAL VIEW",
    "locks": "FOR UPDATE",
    "match": "MATCH_RECOGNIZE",
    "when": "time travel (AT, BEFORE)",
    "windows": "WINDOW",
}


def refuse_unread(node: exp.Expr) -> None:
    """Raise `Unsupported` for an argument of the node that the engine does not read.

    >>> refuse_unread(exp.Select(locks=[exp.Lock(update=True)]))
    Traceback (most recent call last):
    runner.errors.Unsupported: FOR UPDATE is not supported by the embedded engine
    """
    known = KNOWN.get(type(node))
    if known is None:
        return
    for name, value in node.args.items():
        if value and name not in known:
            plain = f"{name.strip('_').upper()} of a {type(node).__name__.upper()}"
            raise Unsupported(SPOKEN.get(name, plain))
