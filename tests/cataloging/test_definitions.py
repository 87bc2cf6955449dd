from __future__ import annotations

from pathlib import Path

import pytest

from runner.cataloging.objects import Definition
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


def definition(folder: Path, name: str, script: str = SCRIPT) -> Definition:
    folder.mkdir(exist_ok=True)
    catalog, problems = read(folder, V1__a=script)
    assert not problems
    relation = Relation("SHOP", name.upper())
    table = catalog.tables.get(relation)
    found = table.definition if table else catalog.functions[relation].definition
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "reads", "calls", "clock"),
    [
        ("lines", {"shop_raw.lines"}, set(), Clock.NEVER),
        ("big_lines", {"shop.lines"}, {"shop.rate"}, Clock.NEVER),
        ("today", {"shop.lines"}, set(), Clock.DAILY),
        ("records", {"information_schema.tables"}, set(), Clock.ALWAYS),
        ("rate", set(), {"shop.base"}, Clock.NEVER),
        ("base", {"shop_raw.rates"}, set(), Clock.NEVER),
        ("now", set(), set(), Clock.ALWAYS),
        ("kept", set(), set(), Clock.NEVER),
        ("loose", set(), set(), Clock.ALWAYS),
        ("script", set(), set(), Clock.ALWAYS),
    ],
)
def test_what_a_view_or_function_is_made_of(
    tmp_path: Path, name: str, reads: set[str], calls: set[str], clock: Clock
) -> None:
    found = definition(tmp_path, name)
    assert set(map(str, found.reads)) == reads
    assert calls <= set(map(str, found.calls)) <= calls | {"shop.sysdate", "public.sysdate"}
    assert found.clock is clock
    assert bool(found.unknown) == (name == "script")


def test_a_table_has_no_definition(tmp_path: Path) -> None:
    catalog, _ = read(tmp_path, V1__a="create table shop.t as select 1 as a;")
    assert catalog.tables[Relation("SHOP", "T")].definition is None


@pytest.mark.parametrize(
    ("name", "old", "new", "same"),
    [
        ("lines", "select id from own", "select\n    ID from own /* all */", True),
        ("lines", "select id from own", "select id + 1 as id from own", False),
        ("big_lines", "(id) as", "(line_id) as", False),
        ("rate", "* 2", "* 3", False),
        ("base", "max(r.rate)", "min(r.rate)", False),
        ("rate", "day = ", "day < ", True),
    ],
)
def test_a_digest_changes_with_what_a_view_or_function_is(
    tmp_path: Path, name: str, old: str, new: str, same: bool
) -> None:
    one = definition(tmp_path / "one", name)
    other = definition(tmp_path / "other", name, SCRIPT.replace(old, new))
    assert (one.digest == other.digest) is same


def test_every_overload_of_a_function_counts(tmp_path: Path) -> None:
    overload = "create function shop.base(n float) returns number as 'select x from shop.t';"
    one = definition(tmp_path / "one", "base")
    two = definition(tmp_path / "two", "base", SCRIPT + overload)
    assert set(map(str, two.reads)) == {"shop_raw.rates", "shop.t"}
    assert one.digest != two.digest
    again = overload.replace("create", "create or replace").replace("shop.t", "shop.u")
    three = definition(tmp_path / "three", "base", SCRIPT + overload + again)
    assert set(map(str, three.reads)) == {"shop_raw.rates", "shop.u"}
