"""Stages: folders with Snowflake's names, and the files that go in and out."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.engines import Target
from runner.engines.duckdb import connect, open_engine
from runner.errors import EngineError, Unsupported
from tests.engines.duckdb.landing import Landing, opened


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with opened(tmp_path) as landing:
        yield landing


def listed(landing: Landing, place: str) -> list[str]:
    return [row[0] for row in landing.rows(f"list {place}")]


def test_an_external_stage_lists_the_mapped_folder(landing: Landing) -> None:
    landing.land("orders/b c.csv", "1")
    landing.land("orders/a.csv", "22")
    landing.land("customers/é.csv", "")
    landing.run("create stage land url = 's3://landing/'")
    result = landing.run("list @land")
    assert [column.name for column in result.columns] == ["name", "size", "md5", "last_modified"]
    assert [row[:3] for row in result.rows] == [
        ("s3://landing/customers/é.csv", 0, "d41d8cd98f00b204e9800998ecf8427e"),
        ("s3://landing/orders/a.csv", 2, "b6d767d2f8ed5d21a44b0e5886680cb9"),
        ("s3://landing/orders/b c.csv", 1, "c4ca4238a0b923820dcc509a6f75849b"),
    ]
    assert listed(landing, "@land/orders/") == [
        "s3://landing/orders/a.csv",
        "s3://landing/orders/b c.csv",
    ]
    assert listed(landing, "'@land/orders/b c'") == ["s3://landing/orders/b c.csv"]
    assert listed(landing, "@land pattern = '.*/[ab].*'") == [
        "s3://landing/orders/a.csv",
        "s3://landing/orders/b c.csv",
    ]


def test_an_url_below_the_mapped_one_is_a_folder_below_it(landing: Landing) -> None:
    landing.land("deep/orders/a.csv", "1")
    landing.run("create stage land url = 's3://landing/deep'")
    assert listed(landing, "@land/orders") == ["s3://landing/deep/orders/a.csv"]


def test_a_path_that_nothing_begins_with_has_no_files_as_in_a_bucket(landing: Landing) -> None:
    landing.run("create stage land url = 's3://landing/deep'")
    assert listed(landing, "@land") == []
    landing.folder.rmdir()
    with pytest.raises(EngineError, match=r"the folder .*landing does not exist"):
        landing.run("list @land")


def test_the_longest_mapped_prefix_wins(tmp_path: Path) -> None:
    (tmp_path / "special").mkdir()
    (tmp_path / "special" / "x.csv").write_text("1")
    stages = {"s3://b/": "general", "s3://b/special/": "special"}
    engine = open_engine(Target("local", "duckdb", "WH", tmp_path, {"stages": stages}))
    with engine.session() as session:
        session.execute("create stage s url = 's3://b/special/'")
        assert [row[0] for row in session.execute("list @s").rows] == ["s3://b/special/x.csv"]
    engine.close()


def test_a_missing_folder_is_named_with_stage_and_url(landing: Landing) -> None:
    landing.folder.rmdir()
    landing.run("create stage land url = 's3://landing/'")
    with pytest.raises(EngineError) as caught:
        landing.run("list @land")
    for part in ("WH.PUBLIC.LAND", "s3://landing/", str(landing.folder), "does not exist"):
        assert part in str(caught.value)


def test_an_url_without_a_folder_says_what_to_write_into_the_configuration(
    landing: Landing,
) -> None:
    landing.run("create stage land url = 's3://elsewhere/'")
    with pytest.raises(EngineError, match="no local folder is mapped to s3://elsewhere/") as caught:
        landing.run("list @land")
    assert '"s3://elsewhere/" = "<folder>"' in caught.value.hint


def test_files_that_are_being_written_are_not_in_the_stage(landing: Landing) -> None:
    landing.land(".part.csv", "1")
    landing.land(".hidden/a.csv", "1")
    landing.run("create stage land url = 's3://landing/'")
    assert listed(landing, "@land") == []


def test_a_pipe_in_the_folder_is_no_file_and_nobody_waits_for_it(landing: Landing) -> None:
    landing.land("a.csv", "1")
    os.mkfifo(landing.folder / "b.csv")
    landing.run("create stage land url = 's3://landing/'")
    assert listed(landing, "@land") == ["s3://landing/a.csv"]


def test_a_name_that_is_no_text_is_refused_as_such(landing: Landing) -> None:
    (landing.folder / os.fsdecode(b"a\xff.csv")).write_text("1")
    landing.run("create stage land url = 's3://landing/'")
    with pytest.raises(EngineError, match=r"landing/a\\xff\.csv is not UTF-8") as failed:
        landing.run("list @land")
    assert failed.value.hint == "rename the file"


def test_links_to_files_and_folders_are_followed_once(landing: Landing, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.csv").write_text("1")
    (landing.folder / "linked").symlink_to(outside)
    (landing.folder / "b.csv").symlink_to(outside / "a.csv")
    (landing.folder / "nowhere.csv").symlink_to(outside / "missing")
    (outside / "loop").symlink_to(outside)
    landing.run("create stage land url = 's3://landing/'")
    assert listed(landing, "@land") == ["s3://landing/b.csv", "s3://landing/linked/a.csv"]


def test_put_compresses_lists_and_get_brings_back(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "one two.csv").write_text("1,2\n")
    (tmp_path / "out").mkdir()
    landing.run("create stage st")
    put = f"put 'file://{tmp_path}/one*.csv' @st/in"
    result = landing.run(put)
    assert [column.name for column in result.columns][:3] == ["source", "target", "source_size"]
    assert result.rows[0][:2] == ("one two.csv", "one two.csv.gz")
    assert result.rows[0][6] == "UPLOADED"
    assert landing.run(put).rows[0][6] == "SKIPPED"
    assert listed(landing, "@st") == ["st/in/one two.csv.gz"]
    landing.run(f"get @st/in file://{tmp_path}/out")
    assert gzip.decompress((tmp_path / "out" / "one two.csv.gz").read_bytes()) == b"1,2\n"
    landing.run(f"put file://{tmp_path}/one*.csv @st/in auto_compress = false")
    assert listed(landing, "@st") == ["st/in/one two.csv", "st/in/one two.csv.gz"]
    landing.run(f"-- every file\nput file://{tmp_path}/*.csv @st/all/;")
    landing.run(f"get @st/all file://{tmp_path}/out/;")
    assert listed(landing, "@st/all") == ["st/all/one two.csv.gz"]


def test_put_into_an_external_stage_is_an_error(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    landing.run("create stage land url = 's3://landing/'")
    with pytest.raises(EngineError, match="external"):
        landing.run(f"put file://{tmp_path}/a.csv @land")


def test_remove_takes_files_away(landing: Landing) -> None:
    landing.land("a.csv", "1")
    landing.land("b.txt", "1")
    landing.run("create stage land url = 's3://landing/'")
    result = landing.run("remove @land pattern = '.*[.]csv'")
    assert result.rows == [("s3://landing/a.csv", "removed")]
    assert listed(landing, "@land") == ["s3://landing/b.txt"]
    assert landing.rows("rm @land") == [("s3://landing/b.txt", "removed")]
    assert landing.rows("rm @land") == []


def test_user_and_table_stages_are_there_without_being_made(
    landing: Landing, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("1\n")
    landing.run('create table "My t" (a varchar)')
    landing.run(f"put file://{tmp_path}/a.csv @~/mine auto_compress = false")
    landing.run(f"""put file://{tmp_path}/a.csv @%"My t" auto_compress = false""")
    assert listed(landing, "@~") == ["mine/a.csv"]
    assert listed(landing, '@%"My t"') == ["a.csv"]
    landing.run('create or replace table "My t" (a varchar)')
    assert listed(landing, '@%"My t"') == []


def test_dropping_or_replacing_an_internal_stage_removes_its_files(
    landing: Landing, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("1")
    for again in ("create or replace stage st", "create stage st"):
        landing.run("create stage if not exists st")
        landing.run(f"put file://{tmp_path}/a.csv @st")
        assert len(listed(landing, "@st")) == 1
        if again == "create stage st":
            landing.run("drop stage st")
        landing.run(again)
        assert listed(landing, "@st") == []


def test_creating_a_stage_that_exists_keeps_its_files(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    landing.run("create stage st")
    landing.run(f"put file://{tmp_path}/a.csv @st")
    with pytest.raises(EngineError, match="already exists"):
        landing.run("create stage st")
    landing.run("create stage if not exists st")
    assert len(listed(landing, "@st")) == 1


def test_stages_formats_and_files_survive_a_restart(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1|2\n")
    with opened(tmp_path) as landing:
        landing.run("create file format pipes field_delimiter = '|'")
        landing.run("create stage st file_format = (format_name = pipes) comment = 'kept'")
        landing.run(f"put file://{tmp_path}/a.csv @st")
    with opened(tmp_path) as landing:
        assert landing.rows("select $2 from @st") == [("2",)]


def test_a_stage_that_does_not_exist_is_error_2003(landing: Landing) -> None:
    with pytest.raises(EngineError, match=r"Stage 'WH\.PUBLIC\.NOPE' does not exist") as caught:
        landing.run("list @nope")
    assert caught.value.code == 2003


def test_a_stage_in_memory_has_a_folder_while_it_lives(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,x\n")
    with connect() as session:
        session.execute("create stage st")
        session.execute(f"put file://{tmp_path}/a.csv @st")
        assert session.execute("select $2 from @st").rows == [("x",)]


# -- queries on staged files -----------------------------------------------------------------------


def test_fields_and_metadata_of_staged_files_can_be_queried(landing: Landing) -> None:
    landing.land("in/a.csv", 'id|name\n1|"x|y"\n2|\n')
    landing.run("create stage land url = 's3://landing/'")
    landing.run(
        "create file format bars field_delimiter = '|' skip_header = 1 "
        "field_optionally_enclosed_by = '\"'"
    )
    rows = landing.rows(
        "select t.$1, $2, $3, metadata$filename, metadata$file_row_number "
        "from @land/in (file_format => 'bars', pattern => '.*a[.]csv') t order by 1"
    )
    assert rows == [("1", "x|y", None, "in/a.csv", 1), ("2", None, None, "in/a.csv", 2)]


def test_a_query_on_a_stage_takes_part_in_joins_and_inserts(landing: Landing) -> None:
    landing.land("a.csv", "1,x\n2,y\n")
    landing.run("create stage land url = 's3://landing/'")
    landing.run("create table names (id number, name varchar)")
    landing.run("insert into names select $1::number, $2 from @land/a.csv")
    rows = landing.rows(
        "select names.name, staged.$2 from names join @land/a.csv staged on names.id = staged.$1 "
        "order by 1"
    )
    assert rows == [("x", "x"), ("y", "y")]
    columns = "select $1::number as id, $2 as name from @land/a.csv"
    for _ in range(2):  # translated, and kept
        landing.run(f"create or replace table copied as {columns}")
        landing.run(f"insert into copied with staged as ({columns}) select id, name from staged")
        copied = landing.rows("select * from copied order by id")
        assert copied == [(1, "x"), (1, "x"), (2, "y"), (2, "y")]


def test_a_malformed_file_is_an_error_of_the_query(landing: Landing) -> None:
    landing.land("a.csv", '1,"x\n')
    landing.run("create stage land url = 's3://landing/'")
    landing.run("create file format quoted field_optionally_enclosed_by = '\"'")
    with pytest.raises(EngineError, match=r"not closed.*\n.*File 'a.csv', line 1, character 3"):
        landing.run("select $1 from @land (file_format => 'quoted')")


def test_a_star_over_a_stage_is_refused(landing: Landing) -> None:
    landing.run("create stage land url = 's3://landing/'")
    with pytest.raises(Unsupported, match="a stage"):
        landing.run("select * from @land")


def test_an_empty_stage_gives_no_rows(landing: Landing) -> None:
    landing.run("create stage land url = 's3://landing/'")
    assert landing.rows("select $1, metadata$filename from @land") == []


def test_describe_shows_what_a_format_and_a_stage_are(landing: Landing) -> None:
    landing.run("create file format tabs type = csv field_delimiter = '\\t' skip_header = 2")
    shown = {row[0]: row[2] for row in landing.rows("desc file format tabs")}
    assert (shown["TYPE"], shown["FIELD_DELIMITER"], shown["SKIP_HEADER"]) == ("CSV", "\\t", "2")
    landing.run("create stage land url = 's3://landing/' file_format = (format_name = tabs)")
    described = {row[1]: row[3] for row in landing.rows("describe stage land")}
    assert (described["URL"], described["SKIP_HEADER"]) == ('["s3://landing/"]', "2")


def test_formats_and_stages_can_be_altered_and_renamed(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1;2\n")
    landing.run("create file format f")
    landing.run("alter file format f set field_delimiter = ';' comment = 'semicolons'")
    landing.run("alter file format f rename to g")
    landing.run("create stage st file_format = (format_name = g)")
    landing.run(f"put file://{tmp_path}/a.csv @st")
    landing.run("alter stage st rename to moved")
    landing.run("create stage st")
    assert landing.rows("select $2 from @moved") == [("2",)]
    assert landing.rows("list @st") == []
    landing.run("drop stage st")
    assert landing.rows("select $2 from @moved") == [("2",)]
    landing.run("alter stage moved set file_format = (type = csv)")
    assert landing.rows("select $1 from @moved") == [("1;2",)]
