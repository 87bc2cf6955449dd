"""Text functions against Python's, with texts that hold quotes, letters of all kinds and blanks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError

QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXTS = st.text(alphabet="abcAB01 .,-_'\\%\n\té日", max_size=8)
SHORT = st.text(alphabet="abA0 .,", min_size=1, max_size=2)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with connect() as opened:
        yield opened


def literal(text: str) -> str:
    """A text as Snowflake's SQL writes it, where a backslash escapes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def answers(session: Session, expressions: dict[str, Any], **texts: str) -> None:
    columns = ", ".join(f"{literal(text)} as {name}" for name, text in texts.items())
    (row,) = session.execute(f"select {', '.join(expressions)} from (select {columns})").rows
    assert dict(zip(expressions, row, strict=True)) == expressions


@QUICK
@given(text=TEXTS)
def test_a_literal_comes_back_as_it_was_written(session: Session, text: str) -> None:
    assert session.execute(f"select {literal(text)}").rows == [(text,)]


def part(text: str, start: int, count: int) -> str:
    """SUBSTR: from 1, from the end when negative."""
    if start < -len(text) or count <= 0:
        return ""
    first = len(text) + start if start < 0 else max(start, 1) - 1
    return text[first : first + count]


@QUICK
@given(text=TEXTS, start=st.integers(-10, 10), count=st.integers(-1, 9))
def test_parts_of_a_text(session: Session, text: str, start: int, count: int) -> None:
    answers(
        session,
        {
            f"substr(x, {start}, {count})": part(text, start, count),
            f"left(x, {count})": text[: max(count, 0)],
            f"right(x, {count})": text[-count:] if count > 0 else "",
            "length(x)": len(text),
            "reverse(x)": text[::-1],
            "x::varchar(3)": text[:3],
        },
        x=text,
    )


@QUICK
@given(text=TEXTS, other=SHORT)
def test_searching_and_replacing(session: Session, text: str, other: str) -> None:
    pieces = text.split(other)
    answers(
        session,
        {
            "position(y, x)": text.find(other) + 1,
            "charindex(y, x, 2)": text.find(other, 1) + 1,
            "contains(x, y)": other in text,
            "startswith(x, y)": text.startswith(other),
            "endswith(x, y)": text.endswith(other),
            "replace(x, y, '<>')": text.replace(other, "<>"),
            "replace(x, y)": text.replace(other, ""),
            "split_part(x, y, 2)": pieces[1] if len(pieces) > 1 else "",
            "split_part(x, y, -1)": pieces[-1],
            "array_size(split(x, y))": len(pieces),
            "x || y": text + other,
        },
        x=text,
        y=other,
    )


@QUICK
@given(text=TEXTS, characters=SHORT, width=st.integers(0, 12))
def test_trimming_takes_characters_and_padding_cuts(
    session: Session, text: str, characters: str, width: int
) -> None:
    fill = (characters * width)[: max(0, width - len(text))]
    answers(
        session,
        {
            "trim(x, y)": text.strip(characters),
            "ltrim(x, y)": text.lstrip(characters),
            "rtrim(x, y)": text.rstrip(characters),
            "trim(x)": text.strip(" "),
            f"lpad(x, {width}, y)": (fill + text)[:width] if len(text) <= width else text[:width],
            f"rpad(x, {width}, y)": (text + fill)[:width],
        },
        x=text,
        y=characters,
    )


@QUICK
@given(text=TEXTS)
def test_regular_expressions(session: Session, text: str) -> None:
    words = re.findall("[a-z]+", text)
    answers(
        session,
        {
            "regexp_like(x, '[a-z]+')": bool(re.fullmatch("[a-z]+", text)),
            "regexp_count(x, '[a-z]')": len(re.findall("[a-z]", text)),
            "regexp_replace(x, '[a-z]', '#')": re.sub("[a-z]", "#", text),
            "regexp_substr(x, '[a-z]+')": words[0] if words else None,
            "regexp_substr(x, '[a-z]+', 1, 2)": words[1] if len(words) > 1 else None,
            "regexp_instr(x, '[0-9]')": (m.start() + 1) if (m := re.search("[0-9]", text)) else 0,
        },
        x=text,
    )


@given(st.lists(st.none() | SHORT, max_size=9), st.lists(SHORT, min_size=1, max_size=4))
@QUICK
def test_rows_whose_text_is_in_a_list_are_counted(
    session: Session, texts: list[str | None], listed: list[str]
) -> None:
    session.execute("create or replace temporary table public.texts (a varchar)")
    for text in texts:
        value = "null" if text is None else literal(text)
        session.execute(f"insert into public.texts values ({value})")
    among = f"a in ({', '.join(map(literal, listed))})"
    (row,) = session.execute(
        f"select count_if({among}), count_if(not ({among})), count_if(({among}) is null) "
        "from public.texts"
    ).rows
    known = [text for text in texts if text is not None]
    inside = sum(text in listed for text in known)
    assert row == (inside, len(known) - inside, len(texts) - len(known))


@QUICK
@given(text=TEXTS, pattern=st.text(alphabet="ab%_ .", max_size=5))
def test_like_has_two_wild_cards_and_no_escape_of_its_own(
    session: Session, text: str, pattern: str
) -> None:
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(letter, re.escape(letter)) for letter in pattern)
    answers(
        session,
        {
            f"x like {literal(pattern)}": bool(re.fullmatch(expression, text, re.DOTALL)),
            f"x not like {literal(pattern)}": not re.fullmatch(expression, text, re.DOTALL),
        },
        x=text,
    )


@QUICK
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    )
)
def test_json_comes_back_as_it_was_parsed(session: Session, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    ((back, again),) = session.execute(
        f"select j, parse_json(to_json(j)) = j from (select parse_json({literal(text)}) as j)"
    ).rows
    assert json.loads(back) == value
    assert again is True


@QUICK
@given(
    st.text("a,;", max_size=6),
    st.sampled_from([",", ";", ",;", ""]),
    st.sampled_from([-2, -1, 0, 1, 2, 5, 1.4]),
)
def test_a_part_is_the_same_for_constants_and_for_columns(
    session: Session, text: str, delimiter: str, number: float
) -> None:
    columns = f"select '{text}' as x, '{delimiter}' as d, {number} as n"
    query = f"select split_part(x, '{delimiter}', {number}), split_part(x, d, n) from ({columns})"
    ((constant, column),) = session.execute(query).rows
    assert constant == column


def test_a_part_whose_number_is_none_is_refused_as_snowflake_does(session: Session) -> None:
    with pytest.raises(EngineError, match="Numeric value 'x' is not recognized"):
        session.execute("select split_part('a', ',', 'x')")
