"""The file of macros, made by whoever comes first."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from runner.engines.duckdb import connect, macros

AT_ONCE = 4
MAKE = """\
import sys
from pathlib import Path
from runner.engines.duckdb import macros
print(flush=True)
sys.stdin.readline()
print(macros.file(Path(sys.argv[1])))
"""


def test_threads_that_make_the_macros_at_once_all_get_a_whole_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        paths = set(pool.map(macros.file, [tmp_path] * AT_ONCE))
    assert_made_once(paths, tmp_path)


def test_processes_that_make_the_macros_at_once_all_get_a_whole_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    pipe = subprocess.PIPE
    makers = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for _ in range(AT_ONCE)
    ]
    for maker in makers:
        assert maker.stdout is not None
        maker.stdout.readline()  # it has imported everything and waits for the others
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write("\n")
        maker.stdin.flush()
    said = [maker.communicate() for maker in makers]
    assert [errors for _, errors in said] == [""] * AT_ONCE
    assert_made_once({Path(path.strip()) for path, _ in said}, tmp_path)


def test_stores_in_memory_may_be_opened_at_once() -> None:
    def answer(_: int) -> object:
        with connect() as session:
            return session.execute("select '7' + 1").rows[0][0]

    macros.temporary.cache_clear()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(answer, range(AT_ONCE))) == {8}


def test_the_macros_of_another_version_are_removed(tmp_path: Path) -> None:
    old = tmp_path / "macros-0123456789abcdef.cache"
    old.touch()
    assert_made_once({macros.file(tmp_path)}, tmp_path)


def test_no_macro_reads_a_field_in_the_form_that_having_takes_for_a_column() -> None:
    assert re.findall(r"\w+\$\.\w+", macros.source()) == []


def assert_made_once(paths: set[Path], folder: Path) -> None:
    """The paths are one file with the macros, and it is all that there is in the folder."""
    (path,) = paths
    assert list(folder.iterdir()) == [path]
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select sf_number('7')").fetchall()
