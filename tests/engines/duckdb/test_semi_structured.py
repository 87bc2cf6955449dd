"""Semi-structured values, regular expressions and windows against Python's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb import macros as macro_files
from runner.engines.duckdb.session import Session

QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = st.text(alphabet="abAB_ .-é日", min_size=1, max_size=4)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(alphabet="abA01 .,'\"\\\n{}[]:é日", max_size=6)
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


def literal(text: str) -> str:
    """A text as Snowflake's SQL writes it, where a backslash escapes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def parsed(value: Any) -> str:
    return f"parse_json({literal(json.dumps(value, ensure_ascii=False))})"


def ask(session: Session, expression: str) -> Any:
    return session.execute(f"select {expression}").rows[0][0]


@QUICK
@given(document=DOCUMENTS)
def test_json_comes_back_as_it_was_read(session: Session, document: Any) -> None:
    shown = ask(session, f"to_json({parsed(document)})")
    assert json.loads(shown) == document
    assert json.loads(ask(session, parsed(document))) == document


@QUICK
@given(document=st.dictionaries(KEYS, DOCUMENTS, max_size=4), key=KEYS)
def test_a_field_is_found_by_its_exact_name(
    session: Session, document: dict[str, Any], key: str
) -> None:
    found = ask(session, f"{parsed(document)}[{literal(key)}]")
    assert (found is None) == (key not in document)
    if found is not None:
        assert json.loads(found) == document[key]


@QUICK
@given(items=st.lists(SCALARS, max_size=5), place=st.integers(-2, 6))
def test_an_element_is_found_by_its_place(session: Session, items: list[Any], place: int) -> None:
    found = ask(session, f"{parsed(items)}[{place}]")
    assert (found is None) == (not 0 <= place < len(items))
    if found is not None:
        assert json.loads(found) == items[place]


@QUICK
@given(left=st.lists(st.integers(0, 3), max_size=5), right=st.lists(st.integers(0, 3), max_size=5))
def test_arrays_are_multisets(session: Session, left: list[int], right: list[int]) -> None:
    both = f"({left}, {right})"
    rest, common = list(left), []
    for item in right:
        if item in rest:
            rest.remove(item)
            common.append(item)
    assert sorted(json.loads(ask(session, f"array_except{both}"))) == sorted(rest)
    assert sorted(json.loads(ask(session, f"array_intersection{both}"))) == sorted(common)
    assert json.loads(ask(session, f"array_cat{both}")) == left + right


PATTERNS = st.sampled_from(
    ["a", "[ab]+", "b.", "a|b", "(a)(b)", "[^a]", "a{2}", "ab?a", "[0-9]+", "\\d", "\\w+", "\\."]
)


@QUICK
@given(text=st.text(alphabet="aab01. é", max_size=10), pattern=PATTERNS, nth=st.integers(1, 3))
def test_regular_expressions_match_as_pythons(
    session: Session, text: str, pattern: str, nth: int
) -> None:
    matches = list(re.finditer(pattern, text, re.ASCII))
    found = matches[nth - 1] if len(matches) >= nth else None
    subject = f"{literal(text)}, {literal(pattern)}"
    wanted = {
        f"regexp_count({subject})": len(matches),
        f"regexp_like({subject})": re.fullmatch(pattern, text, re.ASCII) is not None,
        f"regexp_replace({subject}, '-')": re.sub(pattern, "-", text, flags=re.ASCII),
        f"regexp_substr({subject}, 1, {nth})": found and found.group(),
        f"regexp_instr({subject}, 1, {nth})": found.start() + 1 if found else 0,
        f"regexp_instr({subject}, 1, {nth}, 1)": found.end() + 1 if found else 0,
    }
    (row,) = session.execute(f"select {', '.join(wanted)}").rows
    assert dict(zip(wanted, row, strict=True)) == wanted


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 3) | st.none()), min_size=1, max_size=8
)


@QUICK
@given(rows=ROWS)
def test_windows_count_rank_and_add_up_as_python_does(
    session: Session, rows: list[tuple[str, int | None]]
) -> None:
    listed = ", ".join(
        f"({n}, '{k}', {'null' if v is None else v})" for n, (k, v) in enumerate(rows)
    )
    found = session.execute(
        "select n, rank() over (partition by k order by v),"
        " sum(v) over (partition by k order by v),"
        " lag(v) over (partition by k order by v, n),"
        " last_value(v) over (partition by k order by v, n)"
        f" from (values {listed}) as rows_ (n, k, v) order by n"
    ).rows
    for n, rank, total, before, last in found:
        group = sorted(((v is None, v or 0, m) for m, (k, v) in enumerate(rows) if k == rows[n][0]))
        mine = next(row for row in group if row[2] == n)
        smaller = [row for row in group if row[:2] < mine[:2]]
        peers = [row[1] for row in group if row[:2] <= mine[:2] and not row[0]]
        assert rank == len(smaller) + 1
        assert total == (sum(peers) if peers else None)
        place = group.index(mine)
        assert before == (value(group[place - 1]) if place else None)
        assert last == value(group[-1])


def value(row: tuple[bool, int, int]) -> int | None:
    return None if row[0] else row[1]


NAMES = "v x j n k s t l o p i m w u g y"


@pytest.mark.parametrize("table", NAMES.split())
def test_names_of_tables_and_columns_do_not_reach_into_functions(table: str) -> None:
    listed = ", ".join(f"'{name}' as {name}" for name in NAMES.split())
    with connect() as session:
        session.execute(f"create table {table} as select {listed}, parse_json('[3, 1]') as d")
        (row,) = session.execute(
            "select substr(v, 1, 1), lpad(x, 2), typeof(d), array_sort(d)::varchar,"
            " split_part(s, 't', 1), object_insert({}, k, n)::varchar, initcap(w),"
            " d[0]::number(5, 1),"
            f" filter(d, {table} -> {table} > 1)::varchar from {table}"
        ).rows
    assert row[:5] == ("v", " x", "ARRAY", "[1,3]", "s")
    assert row[5:] == ('{"k":"n"}', "W", 3, "[3]")


def test_every_parameter_of_a_lambda_ends_in_a_dollar_sign() -> None:
    package = Path(macro_files.__file__).parent
    rules = "\n".join(path.read_text() for path in (package / "rules").glob("*.py"))
    written = re.findall(r"lambda (\w[\w$]*(?:, ?\w[\w$]*)*):", macro_files.source())
    written += re.findall(r"list_\w+\([^\"\n]*lambda (\w[\w$]*(?:, ?\w[\w$]*)*):", rules)
    assert len(written) > 50
    assert all(name.strip().endswith("$") for names in written for name in names.split(","))
