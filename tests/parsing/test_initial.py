from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.nodes import Relation
from runner.parsing import initial, syntax
from runner.parsing.queries import facts

CASES = Path(__file__).parent.parent / "data" / "initial"
MARK = "\n-- on the first build\n\n"
FACTS = Relation("CORE", "FACTS")


def first_build(sql: str) -> initial.Initial:
    source = syntax.source(sql)
    tree = syntax.query(source)
    return initial.without_itself(source, tree, facts(tree), FACTS)


@pytest.mark.parametrize("case", sorted(CASES.glob("*.sql")), ids=lambda path: path.stem)
def test_the_first_build_leaves_out_what_reads_the_model(case: Path) -> None:
    sql, expected = case.read_text(encoding="utf-8").split(MARK)
    found = first_build(sql)
    complaints = [f"-- {one.line}: {one.message}" for one in found.findings]
    assert ("\n".join(complaints) or found.sql) + "\n" == expected


@dataclass(frozen=True)
class Condition:
    """A condition as written, what is left of it on the first build, and whether it reads."""

    written: str
    left: str | None
    reads: bool


PLAIN = [
    "a = 1",
    "b between 1 and 2",
    "case when a and b then true else false end",
    "c is distinct from 'x and y'",
    "d in (select e from raw.other where e > 1 and f)",
]
READING = [
    "ts > (select max(ts) from core.facts)",
    "id not in (select id from core.facts where id between 1 and 2 and ok)",
    "exists (select 1 as one from core.facts as f where f.id = orders.id)",
    "n between (select min(n) from core.facts) and 5",
]


def anded(parts: list[Condition]) -> Condition:
    """Each and-ed condition that reads the model is left out, in brackets or not."""
    left = " and ".join(part.left for part in parts if part.left is not None)
    written = " and ".join(part.written for part in parts)
    return Condition(f"({written})", f"({left})" if left else None, any(p.reads for p in parts))


def whole(before: str, joiner: str) -> Callable[[list[Condition]], Condition]:
    """Conditions under `or` or `not` are one condition."""

    def join(parts: list[Condition]) -> Condition:
        written = f"{before}(" + joiner.join(part.written for part in parts) + ")"
        reads = any(part.reads for part in parts)
        return Condition(written, None if reads else written, reads)

    return join


LEAVES = st.sampled_from(PLAIN).map(lambda text: Condition(text, text, reads=False)) | (
    st.sampled_from(READING).map(lambda text: Condition(text, None, reads=True))
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(anded)
        | st.lists(inner, min_size=2, max_size=3).map(whole("", " or "))
        | st.lists(inner, min_size=1, max_size=2).map(whole("not ", " and "))
    ),
    max_leaves=8,
)


def canonical(sql: str) -> str:
    """The query without its layout and without brackets around and-ed conditions."""
    tree = syntax.query(syntax.source(sql))
    return tree.sql("snowflake", comments=False).replace("(", "").replace(")", "")


@given(
    st.sampled_from(["where", "having", "qualify"]),
    st.lists(CONDITIONS, min_size=1, max_size=4),
    st.sampled_from(["", "\norder by id", "\nlimit 3", ";"]),
    st.sampled_from([" ", "\n    ", "  -- and now\n", " /* and */ "]),
)
def test_conditions_are_left_out_one_by_one(
    clause: str, conditions: list[Condition], after: str, space: str
) -> None:
    select = "select orders.id from raw.orders as orders"
    written = f"{space}and{space}".join(one.written for one in conditions)
    left = " and ".join(one.left for one in conditions if one.left is not None)
    found = first_build(f"{select}{space}{clause}{space}{written}{after}")
    assert found.findings == ()
    rest = f" {clause} {left}" if left else ""
    assert canonical(found.sql) == canonical(f"{select}{rest}{after}")


@given(st.permutations(["watermark", "a", "b", "c"]), st.sets(st.sampled_from("abc")))
def test_ctes_that_nothing_reads_any_more_are_left_out(order: list[str], reading: set[str]) -> None:
    bodies = {name: f"{name} as (select {number} as id)" for number, name in enumerate(order)}
    for name in reading | {"watermark"}:
        bodies[name] = f"{name} as (select max(facts.id) as id from core.facts)"
    used = " and ".join(f"id > (select {name}.id from {name})" for name in sorted(reading))
    where = f" where {used}" if used else ""
    select = "select id from raw.orders"
    sql = f"with {', '.join(bodies[name] for name in order)} {select}"
    found = first_build(sql + where)
    assert found.findings == ()
    kept = [bodies[name] for name in order if name not in reading | {"watermark"}]
    expected = f"with {', '.join(kept)} {select}" if kept else select
    assert canonical(found.sql) == canonical(expected)
