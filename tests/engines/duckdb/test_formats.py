"""CSV by Snowflake's rules, against Python's csv module and against DuckDB's reader."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines.duckdb.loading import csvtext, documents, files, formats, scan
from runner.engines.duckdb.loading.csvtext import CsvRules
from runner.engines.duckdb.loading.scan import TextOptions
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.landing import Landing, opened

QUOTED = CsvRules(enclosed_by='"', escape_unenclosed=None, null_if=())


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with opened(tmp_path) as landing:
        yield landing


def fields(text: str, rules: CsvRules = QUOTED) -> list[list[str | None]]:
    found = list(csvtext.records(text, rules))
    assert [record.fault for record in found] == [None] * len(found)
    return [record.fields for record in found]


def test_an_empty_field_is_null_and_an_enclosed_empty_field_is_text() -> None:
    assert fields('1,,""\n') == [["1", None, ""]]
    kept = replace(QUOTED, empty_field_as_null=False)
    assert fields('1,,""\n', kept) == [["1", "", ""]]


def test_quotations_hold_delimiters_line_ends_and_doubled_quotes() -> None:
    assert fields('"a,""b""\r\nc",d"e\r\n') == [['a,"b"\r\nc', 'd"e']]


def test_a_quotation_mark_behind_a_space_is_data_unless_space_is_trimmed() -> None:
    assert fields('1, "a"\n') == [["1", ' "a"']]
    trimmed = replace(QUOTED, trim_space=True)
    assert fields(' 1 , " a " \n', trimmed) == [["1", " a "]]


def test_without_enclosing_quotation_marks_are_data() -> None:
    assert fields('"a","b\n', CsvRules()) == [['"a"', '"b']]


def test_null_if_takes_effect_on_every_field() -> None:
    rules = replace(QUOTED, null_if=("NULL", "-"))
    assert fields('NULL,"NULL",-,"",x\n', rules) == [[None, None, None, "", "x"]]
    assert fields("\\N,a\n", CsvRules()) == [[None, "a"]]


def test_escapes_of_unenclosed_fields_are_read() -> None:
    assert fields("a\\,b,c\\td,e\\\\f\n", CsvRules()) == [["a,b", "c\td", "e\\f"]]
    assert fields("a\\\nb,c\n", CsvRules()) == [["a\nb", "c"]]


def test_an_unknown_escape_sequence_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match=r"the escape sequence \\u") as refused:
        list(csvtext.records("C:\\users\n", CsvRules()))
    assert "ESCAPE_UNENCLOSED_FIELD = NONE" in str(refused.value)


def test_an_escape_character_inside_quotations_is_read() -> None:
    rules = CsvRules(enclosed_by='"', escape="\\", escape_unenclosed=None)
    assert fields('"a\\"b\\nc","d""e"\n', rules) == [['a"b\nc', 'd"e']]


def test_delimiters_may_be_longer_than_one_character() -> None:
    rules = CsvRules(field_delimiter="||", record_delimiter="<>", escape_unenclosed=None)
    assert fields("a||b|c<>d\n||<>", rules) == [["a", "b|c"], ["d\n", None]]


def test_blank_lines_are_records_unless_they_are_skipped() -> None:
    assert fields("a\n\nb\n") == [["a"], [None], ["b"]]
    assert fields("a\n\r\nb\n\n", replace(QUOTED, skip_blank_lines=True)) == [["a"], ["b"]]


def test_a_malformed_record_is_reported_with_line_and_character_and_reading_goes_on() -> None:
    found = list(csvtext.records('a,b\n1,"x"y,2\n3,"multi\nline"\n', QUOTED))
    assert [record.line for record in found] == [1, 2, 3]
    fault = found[1].fault
    assert fault is not None
    assert (fault.message, fault.line, fault.character, fault.column) == (
        "Found character 'y' instead of field delimiter ','",
        2,
        6,
        2,
    )


def test_an_open_quotation_is_a_fault_and_never_half_a_record() -> None:
    found = list(csvtext.records('1,a\n2,"b\n3,c\n', QUOTED))
    assert len(found) == 2
    assert found[1].fault is not None
    assert "not closed" in found[1].fault.message


def test_a_carriage_return_alone_is_refused() -> None:
    (record, *_) = csvtext.records("a\rb\n", QUOTED)
    assert record.fault is not None
    assert "carriage return" in record.fault.message


def test_bytes_that_are_no_utf8_are_a_fault_of_their_record() -> None:
    text = files.text(b"a,b\nc,\xe9\nd,e\n", "UTF8")
    found = list(csvtext.records(text, QUOTED))
    assert [record.fault is None for record in found] == [True, False, True]
    fault = found[1].fault
    assert fault is not None
    assert fault.message == "Invalid UTF8 detected in string '\\xe9'"
    replaced = files.text(b"\xe9", "UTF8", replace=True)
    assert replaced == "\ufffd"


def test_other_encodings_and_byte_order_marks_are_understood() -> None:
    assert files.text("é".encode("cp1252"), "WINDOWS1252") == "é"
    assert files.text("é".encode("utf-16"), "UTF-16") == "é"
    assert files.text(b"\xef\xbb\xbfa", "UTF8") == "a"
    with pytest.raises(Unsupported, match="KLINGON"):
        files.text(b"", "KLINGON")


def test_a_broken_archive_is_unreadable_and_an_unknown_compression_is_refused() -> None:
    with pytest.raises(files.UnreadableError, match="not valid GZIP"):
        files.decompress(b"\x1f\x8bxxxx", "AUTO")
    with pytest.raises(Unsupported, match="BROTLI"):
        files.decompress(b"x", "BROTLI")


def test_options_are_checked_against_the_type() -> None:
    with pytest.raises(EngineError, match="invalid property 'SKIP_HEADER'"):
        formats.make({"TYPE": "JSON", "SKIP_HEADER": 1})
    with pytest.raises(EngineError, match="invalid value"):
        formats.make({"TYPE": "CSV", "SKIP_HEADER": "x"})
    with pytest.raises(EngineError, match="PARSE_HEADER"):
        formats.make({"PARSE_HEADER": True, "SKIP_HEADER": 1})


def test_json_documents_follow_one_another_or_stand_in_an_array() -> None:
    def texts(text: str, *, strip: bool = False) -> list[str]:
        found = documents.documents(text, strip=strip, allow_duplicates=False)
        return [one.text if one.fault is None else "fault" for one in found]

    assert texts('{"a":1}\n{"a":2}') == ['{"a":1}', '{"a":2}']
    assert texts('[{"a":1},{"a":2}]') == ['[{"a":1},{"a":2}]']
    assert texts('[{"a":1},{"a":2}]', strip=True) == ['{"a":1}', '{"a":2}']
    assert texts('{"a":1}\n{"a":\n{"b":2}') == ['{"a":1}', "fault", '{"b":2}']
    assert texts('{"a":1,"a":2}') == ["fault"]


# -- properties ------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.sampled_from(list('ab,"\\ \t\n\r;é€NULL')), max_size=8)


def _written(table: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=6)
)


@settings(deadline=None, max_examples=50)
@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", ";", "\t", "|"]))
def test_what_pythons_csv_module_writes_is_read_back(
    table: list[list[str]], line_end: str, delimiter: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows(table)
    assert fields(out.getvalue(), replace(QUOTED, field_delimiter=delimiter)) == table


RAW = st.lists(
    st.sampled_from(
        ["a", "b", ",", '"', '""', "\n", "\r\n", "\r", " ", "\\", '"a"', ",,", "é", '"x",', "\\N"]
    ),
    max_size=14,
).map("".join)
RULES = st.builds(
    CsvRules,
    enclosed_by=st.sampled_from([None, '"']),
    escape_unenclosed=st.sampled_from([None, "\\"]),
    skip_blank_lines=st.booleans(),
    empty_field_as_null=st.booleans(),
    null_if=st.sampled_from([(), ("\\N",), ("",), ("a", "")]),
)


@settings(deadline=None, max_examples=90)
@given(st.one_of(RAW, TABLES.map(_written)), RULES, st.integers(-1, 2))
def test_duckdbs_reader_is_used_only_where_it_agrees(text: str, rules: CsvRules, skip: int) -> None:
    """Malformed, ragged and odd files included; `skip` -1 stands for PARSE_HEADER."""
    options = TextOptions(rules, skip_header=max(skip, 0), parse_header=skip < 0)
    workspace = Path(mkdtemp())
    connection = duckdb.connect()
    try:
        plain = scan._plain(text.encode(), options, 2, workspace)
        if plain is None or not scan._agrees(plain, connection.execute):
            return
        careful = scan._careful(text.encode(), options, 2, workspace)
        assert plain.header == careful.header
        assert rows(connection, plain) == rows(connection, careful)
    finally:
        connection.close()
        shutil.rmtree(workspace)


def rows(connection: duckdb.DuckDBPyConnection, found: scan.Scan) -> list[tuple[object, ...]]:
    """The records with as many columns as any file of the test can have."""
    read = connection.execute(f"from {found.relation}").fetchall()
    return [(*row, *[None] * (20 - len(row))) for row in read]
