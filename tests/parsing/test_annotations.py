from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.parsing.annotations import KNOWN, MODIFIERS, Annotation, Block, read
from runner.parsing.lexer import CommentLine, Source


def block(*lines: str) -> Block:
    found, findings = read([CommentLine(text, n, 0, 0, True) for n, text in enumerate(lines, 1)])
    assert findings == []
    return found


def complaints(*lines: str) -> list[str]:
    _, findings = read([CommentLine(text, n, 0, 0, True) for n, text in enumerate(lines, 1)])
    return [f"{one.line}: {one.message}" for one in findings]


def words(*lines: str) -> list[tuple[str, str]]:
    return [(one.name, one.argument) for one in block(*lines).annotations]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("@not_null", [("not_null", "")]),
        ("The order. @not_null @unique", [("not_null", ""), ("unique", "")]),
        ("@check a >= 0", [("check", "a >= 0")]),
        ("@check a = '@unique' @not_null", [("check", "a = '@unique'"), ("not_null", "")]),
        ("@check a in (1, @x) @unique", [("check", "a in (1, @x)"), ("unique", "")]),
        (
            "@check x[' @y'] = {'k': ' @v'} @unique",
            [("check", "x[' @y'] = {'k': ' @v'}"), ("unique", "")],
        ),
        ('@check "Odd @name" > 1', [("check", '"Odd @name" > 1')]),
        ("@check a = 'it''s @here'", [("check", "a = 'it''s @here'")]),
        ("@owner someone@example.com", [("owner", "someone@example.com")]),
        ("mail someone@example.com about it", []),
        ("The customer's @unique", [("unique", "")]),
        ("(see @check a > 0", [("check", "a > 0")]),
        (
            "@accepted_values 'a', 'b' \t @not_null  ",
            [("accepted_values", "'a', 'b'"), ("not_null", "")],
        ),
        ("@check 1 < 2  @tags a, b", [("check", "1 < 2"), ("tags", "a, b")]),
        ("@unknown_word with text", [("unknown_word", "with text")]),
    ],
)
def test_an_argument_runs_to_the_next_annotation_or_the_end_of_the_line(
    line: str, expected: list[tuple[str, str]]
) -> None:
    assert words(line) == expected


def test_prose_keeps_its_paragraphs_and_loses_its_annotations() -> None:
    found = block(
        "One row per order,", "cleansed.", "", "Late orders count. @owner sales", "", "@tags a"
    )
    assert found.prose == "One row per order, cleansed.\n\nLate orders count."


def test_warn_holds_for_the_check_right_behind_it_and_no_other() -> None:
    found = block("@warn @check a > 0 @check b > 0", "@new_rows @warn @check count(*) > 0")
    assert found.annotations == (
        Annotation("check", "a > 0", 1, warn=True),
        Annotation("check", "b > 0", 1),
        Annotation("check", "count(*) > 0", 2, warn=True, new_rows=True),
    )


def test_thresholds_belong_to_the_check_behind_them_or_are_settings_of_a_file() -> None:
    found = block(
        "@warn_if > 3 @error_if > 10 @check a > 0 @unique",
        "@severity warn @warn_if > 3 @tags a @error_if > 10",
    )
    assert found.annotations == (
        Annotation("check", "a > 0", 1, warn_if="> 3", error_if="> 10"),
        Annotation("unique", "", 1),
        Annotation("severity", "warn", 2),
        Annotation("warn_if", "> 3", 2),
        Annotation("tags", "a", 2),
        Annotation("error_if", "> 10", 2),
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["@warn"], ["1: @warn stands before nothing"]),
        (["@warn", "@check a > 0"], ["1: @warn stands before nothing"]),
        (["@warn loudly @check a > 0"], ["1: @warn takes no argument: loudly"]),
        (["@warn @warn @check a > 0"], ["1: @warn stands twice"]),
        (["@warn @tags a"], ["1: @warn does not apply to @tags"]),
        (["@warn_if @check a > 0"], ["1: @warn_if: its argument is missing"]),
        (["@error_if > 1 @error_if > 2 @check a > 0"], ["1: @error_if stands twice"]),
        (["@check a in (1, 2"], ["1: a bracket is not closed: @check a in (1, 2"]),
        (["@check a) > 1"], ["1: a bracket is not opened: @check a) > 1"]),
        (["@check a = 'b @unique"], ["1: a quote is not closed: 'b @unique"]),
        (["sold @ 5 dollars"], ["1: @5 dollars is no annotation"]),
        (["prose", "@"], ["2: @ is no annotation"]),
        (["The order,@not_null"], ["1: @not_null would be read as prose"]),
        (["(@unique)"], ["1: @unique would be read as prose"]),
    ],
)
def test_what_cannot_be_read_is_said(lines: list[str], expected: list[str]) -> None:
    assert complaints(*lines) == expected


def test_comments_are_found_between_the_tokens() -> None:
    sql = """\
-- head // still head
/* block -- still block
 * its second line */ select 'no -- comment', "no /* name", $$ no // code $$, -- one
    a // two /* not nested
    , b /* three */
from s.t --
-- last"""
    found = [(one.text, one.line, one.own_line) for one in Source(sql).comments()]
    assert found == [
        ("head // still head", 1, True),
        ("block -- still block", 2, True),
        ("its second line", 3, True),
        ("one", 3, False),
        ("two /* not nested", 4, False),
        ("three", 5, False),
        ("", 6, False),
        ("last", 7, True),
    ]


PIECES = [
    "a",
    "'it''s -- no'",
    "'\\\\'",
    '"no /* x"',
    "$$ // $$",
    "1.5",
    "(",
    "::",
    "group  by",
    "-- c 'd\n",
    "/* e -- f */",
    "// g */ /*\n",
    "/**/",
    "--\n",
    "/* h\n * i */",
]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "\n", "\t "]))))
def test_every_character_is_in_a_token_in_a_comment_or_blank(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + space for piece, space in pieces)
    source = Source(text)
    rest = list(text)
    for token in source.tokens:
        rest[token.start : token.end + 1] = " " * (token.end + 1 - token.start)
    for comment in source.comments():
        rest[comment.start : comment.end] = " " * (comment.end - comment.start)
    assert "".join(rest).strip() == ""
    starts = {comment.start for comment in source.comments()}
    assert len(starts) == sum(piece[:2] in ("--", "//", "/*") for piece, _ in pieces)


ARGUMENTS = st.sampled_from(["", "a", "a > 0", "'x', ' @y'", "(1, @z)", "count(*) > 0", '"q @r"'])
PLAIN = [name for name in KNOWN if name not in MODIFIERS]
PROSE = st.sampled_from(["", "Some prose.", "a@b.c", "It's odd:", "50% (or more"])


@given(
    PROSE,
    st.lists(st.tuples(st.sampled_from(PLAIN), ARGUMENTS), max_size=5),
    st.sampled_from([" ", "  ", "\t"]),
)
def test_every_annotation_of_a_line_is_read(
    prose: str, annotations: list[tuple[str, str]], space: str
) -> None:
    written = [prose] if prose else []
    written += [f"@{name}{space if argument else ''}{argument}" for name, argument in annotations]
    found = block(space.join(written))
    assert [(one.name, one.argument) for one in found.annotations] == annotations
    assert found.prose == prose
