from __future__ import annotations

from pathlib import Path

import pytest

from runner.cataloging.objects import Catalog
from runner.cataloging.reach import Reach, reach
from runner.fingerprints import Clock
from runner.nodes import Relation
from tests.cataloging.test_catalog import read

SCRIPT = """
create function shop.rate(code varchar) returns number as $$ shop.base(code) * 2 $$;
create function shop.base(code varchar) returns number
    as 'select max(r.rate) from shop_raw.rates as r where r.code = code';
create function shop.now() returns timestamp as 'sysdate()';
create function shop.kept(a float) returns float language python immutable
    runtime_version = 3.11 handler = 'f' as $$ def f(a): return a $$;
create function shop.loose(a float) returns float language javascript as 'return Math.random()';
create function shop.script() returns number as 'begin return 1; end';
create view shop.lines as with own as (select id from shop_raw.lines) select id from own;
create view shop.big_lines (id) as select shop.rate(id) as id from lines;
create view shop.today as select id from shop.lines where day = current_date;
create view shop.records as select table_name from information_schema.tables;
"""


def reached(tmp_path: Path, name: str, script: str = SCRIPT) -> Reach:
    catalog, problems = read(tmp_path, V1__a=script)
    assert not problems
    return reach(catalog, *named(catalog, name))


def named(catalog: Catalog, name: str) -> tuple[list[Relation], list[Relation]]:
    relation = Relation("SHOP", name.upper())
    return ([], [relation]) if relation in catalog.functions else ([relation], [])


@pytest.mark.parametrize(
    ("name", "relations", "passed", "clock"),
    [
        ("orders", {"shop.orders"}, set(), Clock.NEVER),
        ("lines", {"shop_raw.lines"}, {"shop.lines"}, Clock.NEVER),
        (
            "big_lines",
            {"shop_raw.lines", "shop_raw.rates"},
            {"shop.big_lines", "shop.lines", "shop.rate()", "shop.base()"},
            Clock.NEVER,
        ),
        ("today", {"shop_raw.lines"}, {"shop.today", "shop.lines"}, Clock.DAILY),
        ("records", {"information_schema.tables"}, {"shop.records"}, Clock.ALWAYS),
        ("rate", {"shop_raw.rates"}, {"shop.rate()", "shop.base()"}, Clock.NEVER),
        ("now", set(), {"shop.now()"}, Clock.ALWAYS),
        ("kept", set(), {"shop.kept()"}, Clock.NEVER),
        ("loose", set(), {"shop.loose()"}, Clock.ALWAYS),
        ("script", set(), {"shop.script()"}, Clock.ALWAYS),
    ],
)
def test_views_and_functions_are_opened_up(
    tmp_path: Path, name: str, relations: set[str], passed: set[str], clock: Clock
) -> None:
    found = reached(tmp_path, name)
    assert set(map(str, found.relations)) == relations
    assert set(found.digests) == passed
    assert found.clock is clock
    assert bool(found.unknown) == (name == "script")


@pytest.mark.parametrize(
    ("name", "old", "new", "same"),
    [
        ("lines", "select id from own", "select\n    ID from own /* all */", True),
        ("lines", "select id from own", "select id + 1 as id from own", False),
        ("big_lines", "(id) as", "(line_id) as", False),
        ("rate", "* 2", "* 3", False),
        ("big_lines", "* 2", "* 3", False),
        ("rate", "max(r.rate)", "min(r.rate)", False),
        ("rate", "day = ", "day < ", True),
    ],
)
def test_a_digest_changes_with_what_a_view_or_function_is(
    tmp_path: Path, name: str, old: str, new: str, same: bool
) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    one = reached(folders[0], name)
    other = reached(folders[1], name, SCRIPT.replace(old, new))
    assert (one.digests == other.digests) is same


def test_every_overload_of_a_function_counts(tmp_path: Path) -> None:
    overload = "create function shop.rate(n float) returns number as 'select x from shop.t';"
    found = reached(tmp_path, "rate", SCRIPT + overload)
    assert "shop.t" in set(map(str, found.relations))
    (tmp_path / "again").mkdir()
    again = overload.replace("create", "create or replace").replace("shop.t", "shop.u")
    found = reached(tmp_path / "again", "rate", SCRIPT + overload + again)
    assert {"shop.u", "shop_raw.rates"} == set(map(str, found.relations))


def test_two_views_that_name_each_other_are_followed_once(tmp_path: Path) -> None:
    script = (
        "create view shop.a as select x from shop.b; create view shop.b as select x from shop.a;"
    )
    assert set(reached(tmp_path, "a", script).digests) == {"shop.a", "shop.b"}
