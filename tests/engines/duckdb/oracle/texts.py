"""VARCHAR."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from tests.engines.duckdb.oracle import Expr, chosen, column, strict

TEXTS = st.text(alphabet="abAB01 .,-_é", max_size=6)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def part(text: str, start: int, count: int) -> str:
    """SUBSTR: from 1, from the end when negative."""
    if start < -len(text) or count <= 0:
        return ""
    first = len(text) + start if start < 0 else max(start, 1) - 1
    return text[first : first + count]


def padded(text: str, width: int, fill: str, *, left: bool) -> str:
    if len(text) >= width or not fill:
        return text[:width]
    added = (fill * width)[: width - len(text)]
    return added + text if left else text + added


def piece(text: str, separator: str, number: int) -> str:
    """SPLIT_PART."""
    pieces = text.split(separator) if separator else [text]
    index = number - 1 if number > 0 else len(pieces) + number if number else 0
    return pieces[index] if 0 <= index < len(pieces) else ""


DELIMITERS = set(' \t\n\r\f\v!?@"^#$&~_,.:;+-*%/|\\[](){}<>')


def capitalized(text: str) -> str:
    """INITCAP: a letter behind a delimiter is large."""
    behind = [" ", *text]
    return "".join(
        one.upper() if before in DELIMITERS else one.lower()
        for before, one in zip(behind, text, strict=False)
    )


def first_match(text: str) -> str | None:
    """REGEXP_SUBSTR."""
    found = re.search("[ab][01]?", text)
    return found[0] if found else None


def second_token(text: str) -> str | None:
    """STRTOK."""
    tokens = [one for one in re.split("[ .-]", text) if one]
    return tokens[1] if len(tokens) > 1 else None


@st.composite
def texts(draw: st.DrawFn, columns: list[str], depth: int = 3) -> Expr:
    """A VARCHAR over columns and literals."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        if draw(st.integers(0, 3)):
            name = draw(st.sampled_from(columns))
            return column(name)
        text = draw(TEXTS)
        return Expr(quoted(text), lambda _: text)
    a, b = (draw(texts(columns, depth - 1)) for _ in range(2))
    if draw(st.integers(0, 3)) == 0:
        left, right = (draw(texts(columns, 0)) for _ in range(2))
        return draw(st.sampled_from(chosen(a, b, left, right)))
    start, count = draw(st.integers(-8, 8)), draw(st.integers(-1, 7))
    return draw(st.sampled_from(of_texts(a, b, start, count)))


def of_texts(a: Expr, b: Expr, start: int, count: int) -> list[Expr]:
    return [
        Expr(f"({a.sql} || {b.sql})", strict(lambda x, y: x + y, a, b)),
        Expr(f"concat({a.sql}, '-', {b.sql})", strict(lambda x, y: f"{x}-{y}", a, b)),
        Expr(f"upper({a.sql})", strict(str.upper, a)),
        Expr(f"lower({a.sql})", strict(str.lower, a)),
        Expr(f"reverse({a.sql})", strict(lambda x: x[::-1], a)),
        Expr(f"substr({a.sql}, {start}, {count})", strict(lambda x: part(x, start, count), a)),
        Expr(f"left({a.sql}, {count})", strict(lambda x: x[: max(count, 0)], a)),
        Expr(f"right({a.sql}, {count})", strict(lambda x: x[-count:] if count > 0 else "", a)),
        Expr(f"trim({a.sql})", strict(lambda x: x.strip(" "), a)),
        Expr(f"ltrim({a.sql}, 'a0')", strict(lambda x: x.lstrip("a0"), a)),
        Expr(f"rtrim({a.sql}, '. ')", strict(lambda x: x.rstrip(". "), a)),
        Expr(
            f"lpad({a.sql}, {count}, {b.sql})",
            strict(lambda x, y: padded(x, max(count, 0), y, left=True), a, b),
        ),
        Expr(
            f"rpad({a.sql}, {count}, {b.sql})",
            strict(lambda x, y: padded(x, max(count, 0), y, left=False), a, b),
        ),
        Expr(
            f"replace({a.sql}, {b.sql}, '+')",
            strict(lambda x, y: x.replace(y, "+") if y else x, a, b),
        ),
        Expr(
            f"split_part({a.sql}, {b.sql}, {start})", strict(lambda x, y: piece(x, y, start), a, b)
        ),
        Expr(f"initcap({a.sql})", strict(capitalized, a)),
        Expr(
            f"translate({a.sql}, 'a0', '.')",
            strict(lambda x: x.replace("a", ".").replace("0", ""), a),
        ),
        Expr(
            f"insert({a.sql}, 2, 1, {b.sql})",
            strict(lambda x, y: x[:1] + y + x[2:] if x else x + y, a, b),
        ),
        Expr(
            f"regexp_replace({a.sql}, '[0-9]+', '<>')",
            strict(lambda x: re.sub("[0-9]+", "<>", x), a),
        ),
        Expr(f"regexp_substr({a.sql}, '[ab][01]?')", strict(first_match, a)),
        Expr(f"strtok({a.sql}, ' .-', 2)", strict(second_token, a)),
        Expr(f"{a.sql}::varchar(3)", strict(lambda x: x[:3], a)),
        Expr(f"repeat({a.sql}, 2)", strict(lambda x: x * 2, a)),
    ]


def measures(a: Expr, b: Expr) -> list[Expr]:
    """What is measured of texts."""
    return [
        Expr(f"length({a.sql})", strict(len, a)),
        Expr(f"position({b.sql}, {a.sql})", strict(lambda x, y: x.find(y) + 1, a, b)),
        Expr(f"contains({a.sql}, {b.sql})", strict(lambda x, y: y in x, a, b)),
        Expr(f"startswith({a.sql}, {b.sql})", strict(str.startswith, a, b)),
        Expr(f"endswith({a.sql}, {b.sql})", strict(str.endswith, a, b)),
        Expr(f"charindex({b.sql}, {a.sql}, 3)", strict(lambda x, y: x.find(y, 2) + 1, a, b)),
        Expr(f"regexp_count({a.sql}, '[aA]')", strict(lambda x: len(re.findall("[aA]", x)), a)),
        Expr(f"({a.sql} ilike '%a%')", strict(lambda x: "a" in x.lower(), a)),
        Expr(f"({a.sql} like '_a%')", strict(lambda x: x[1:2] == "a", a)),
        Expr(f"rlike({a.sql}, '[ab]*')", strict(lambda x: bool(re.fullmatch("[ab]*", x)), a)),
        Expr(f"octet_length({a.sql})", strict(lambda x: len(x.encode()), a)),
        Expr(f"({a.sql} < {b.sql})", strict(lambda x, y: x < y, a, b)),
        Expr(f"equal_null({a.sql}, {b.sql})", lambda row: a.value(row) == b.value(row)),
        Expr(f"array_size(split({a.sql}, 'a'))", strict(lambda x: len(x.split("a")), a)),
    ]
