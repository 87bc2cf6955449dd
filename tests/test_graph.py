from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner import graph, project
from runner.errors import ProjectError
from runner.graph import Graph
from runner.nodes import Model, Relation, Snapshot
from runner.project import Config, Project, SourceFile, TargetConfig

RAW = """\
create schema if not exists shop_raw;
create table if not exists shop_raw.orders (order_id number, customer_id number, amount number);
create view if not exists shop_raw.recent_orders as select * from shop_raw.orders;
"""
CONFIG = Config("shop", "local", {"local": TargetConfig("local", "duckdb", "SHOP")})


def load(files: Mapping[str, str]) -> Graph:
    sources = [SourceFile("migrations/V1__raw.sql", "migrations", RAW)]
    for path, sql in files.items():
        sources.append(SourceFile(f"{path}.sql", path.split("/", maxsplit=1)[0], sql))
    return graph.read(Project(Path("/nowhere"), CONFIG, tuple(sources)))


def complaints(files: Mapping[str, str]) -> list[str]:
    with pytest.raises(ProjectError) as raised:
        load(files)
    return [f"{one.path}:{one.line}: {one.message}" for one in raised.value.problems]


def chain(**reads: str) -> dict[str, str]:
    """Models of the schema `m`, by name: what each reads, separated by blanks."""
    return {
        f"models/m/{name}": "select 1 as id"
        + "".join(
            f"{' from' if n == 0 else ' cross join'} m.{other}"
            for n, other in enumerate(above.split())
        )
        for name, above in reads.items()
    }


def node(found: Graph, id_: str) -> Model | Snapshot:
    one = found.nodes[id_]
    assert isinstance(one, Model | Snapshot)
    return one


def check(*relations: str) -> str:
    tables = " cross join ".join(relations)
    return f"select 1 as violation from {tables}"


def test_a_node_stands_behind_what_it_reads() -> None:
    found = load(chain(d="b c", c="a", b="a", a=""))
    assert found.order == ("m.a", "m.b", "m.c", "m.d")
    assert found.upstream["m.d"] == {"m.b", "m.c"}
    assert found.ancestors("m.d") == {"m.a", "m.b", "m.c"}
    assert found.descendants("m.a") == {"m.b", "m.c", "m.d"}
    assert found.downstream["m.a"] == {"m.b", "m.c"}


def test_tables_and_views_of_migrations_are_no_nodes() -> None:
    found = load({"models/m/a": "select order_id from shop_raw.orders join shop_raw.recent_orders"})
    assert found.upstream == {"m.a": frozenset()}


def test_a_reference_orders_as_a_read_does() -> None:
    found = load(
        {
            "models/m/a": "select\n1 as b,  -- @references m.b(id)\n2 as c  -- @references m.a(b)",
            "models/m/b": "select 1 as id",
        }
    )
    assert found.upstream["m.a"] == {"m.b"}
    assert found.order == ("m.b", "m.a")


SIFTING = "-- @materialized table\nselect\n    1 as id,\n    2 as b  -- @quarantine @check b > 0\n"


def test_a_quarantine_is_filled_by_its_model_and_has_columns_of_its_own() -> None:
    found = load(
        {
            "models/m/a": SIFTING,
            "models/m/b": "select id, quarantine_reason as why from m.a__quarantine",
            "models/m/c": "select * from m.a__quarantine",
            "checks/m/none": "select id from m.a__quarantine where quarantined_batch is null",
        }
    )
    assert found.upstream["m.b"] == {"m.a"}
    assert [one.name for one in found.checks_of("m.a")] == ["m/none"]
    assert [column.name for column in found.columns(Relation("M", "C"))] == [
        "ID",
        "B",
        "QUARANTINE_REASON",
        "QUARANTINED_BY",
        "QUARANTINED_AT",
        "QUARANTINED_BATCH",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"models/m/a": "select 1 as id", "models/m/b": "select id from m.a__quarantine"},
            "models/m/b.sql:1: m.a__quarantine does not exist",
        ),
        (
            {"models/m/a": SIFTING, "models/m/b": "select c from m.a__quarantine"},
            "models/m/b.sql:1: m.a__quarantine has no column c",
        ),
        (
            {"models/m/a": f"{SIFTING}from m.a__quarantine"},
            "models/m/a.sql:5: m.a__quarantine is what this model sends away",
        ),
        (
            {"models/m/a": SIFTING.replace("1 as id", "1 as quarantined_by")},
            "models/m/a.sql:3: quarantined_by is a column that the quarantine adds by itself",
        ),
        (
            {
                "models/m/a": f"{SIFTING}from m.b",
                "models/m/b": "select 1 as x from m.a__quarantine",
            },
            "models/m/a.sql:5: a cycle: m.a -> m.b -> m.a",
        ),
        (
            {
                "migrations/V2__more": "create table m.a__quarantine (id number);",
                "models/m/a": SIFTING,
            },
            "models/m/a.sql:1: m.a__quarantine is made by migrations/V2__more.sql:1 as well",
        ),
    ],
)
def test_what_is_wrong_with_a_quarantine_is_said(files: dict[str, str], message: str) -> None:
    assert complaints(files) == [message]


def test_system_schemas_may_be_read_without_being_known() -> None:
    sql = "select 1 as id from information_schema.tables cross join runner.invocations"
    found = load({"models/m/a": sql})
    assert found.upstream["m.a"] == frozenset()


def test_an_incremental_model_that_reads_itself_is_no_cycle() -> None:
    sql = (
        "-- @materialized incremental\nselect order_id from shop_raw.orders\n"
        "where order_id > (select max(order_id) from m.a)"
    )
    assert load({"models/m/a": sql}).upstream == {"m.a": frozenset()}


def test_columns_are_known_from_the_tables_down() -> None:
    found = load(
        {
            "models/m/a": "select * from shop_raw.orders",
            "models/m/b": "with q as (select * exclude amount from m.a) select *, 1 extra from q",
            "snapshots/m/c": "-- @unique_key order_id\n-- @check_columns all\nselect * from m.b",
            "models/m/d": "select * from m.c",
            "models/m/e": "select * from shop_raw.recent_orders",
            "models/m/f": "select * from table(m.f(1))",
        }
    )
    names = {
        name: [spec.name.lower() for spec in found.columns(Relation("M", name.upper()))]
        for name in "abcdef"
    }
    assert names == {
        "a": ["order_id", "customer_id", "amount"],
        "b": ["order_id", "customer_id", "extra"],
        "c": [
            "order_id",
            "customer_id",
            "extra",
            "valid_from",
            "valid_to",
            "is_current",
            "is_deleted",
        ],
        "d": [
            "order_id",
            "customer_id",
            "extra",
            "valid_from",
            "valid_to",
            "is_current",
            "is_deleted",
        ],
        "e": ["order_id", "customer_id", "amount"],
        "f": [],
    }
    assert [one.name for one in node(found, "m.c").columns] == ["ORDER_ID", "CUSTOMER_ID", "EXTRA"]


def test_described_columns_keep_their_description_among_others() -> None:
    found = load({"models/m/a": "select\n  *,\n  1 as extra  -- One more.\nfrom shop_raw.orders"})
    assert [(one.name, one.description) for one in node(found, "m.a").columns][-2:] == [
        ("AMOUNT", ""),
        ("EXTRA", "One more."),
    ]


def test_columns_that_nobody_has_are_reported_where_they_are_used() -> None:
    files = {
        "models/m/a": "select orders.order_id, orders.amuont from shop_raw.orders",
        "models/m/b": "with c as (select * from m.a)\nselect c.order_id, c.customer_id from c",
        "models/m/c": "select order_id\nfrom m.a\nwhere custmer_id = 1",
        "checks/m/d": "select v.id\nfrom shop_raw.recent_orders as v",
        "models/m/e": "select (select o.x from m.a as i) as x\nfrom shop_raw.orders as o",
    }
    assert complaints(files) == [
        "checks/m/d.sql:1: shop_raw.recent_orders has no column id",
        "models/m/a.sql:1: shop_raw.orders has no column amuont",
        "models/m/b.sql:2: m.a has no column customer_id",
        "models/m/c.sql:3: m.a has no column custmer_id",
        "models/m/e.sql:1: shop_raw.orders has no column x",
    ]


def test_nothing_is_said_about_the_columns_of_a_broken_file() -> None:
    files = {"models/m/a": "select form", "models/m/b": "select a.x, y from m.a"}
    files["models/m/a"] = "select 1 as ("
    assert len(complaints(files)) == 1


def test_a_check_file_over_one_relation_is_one_of_its_checks() -> None:
    found = load(
        {
            **chain(a="", b="a"),
            "checks/m/one": check("m.a"),
            "checks/m/same": check("m.a") + " where 1 in (select id from m.a)",
            "checks/m/two": check("m.a", "m.b"),
            "checks/m/raw": check("shop_raw.orders"),
            "checks/m/mixed": check("m.a", "shop_raw.orders"),
        }
    )
    assert [one.name for one in found.checks_of("m.a")] == ["m/one", "m/same"]
    assert found.checks_of("m.b") == ()
    assert found.upstream["check:m/two"] == {"m.a", "m.b"}
    assert found.upstream["check:m/raw"] == frozenset()


def test_what_descends_from_a_check_of_several_relations_waits_for_it() -> None:
    found = load(
        {**chain(a="", b="", c="a", d="c", e="d", x=""), "checks/m/fits": check("m.a", "m.b")}
    )
    assert found.blocked_by == {"m.c": {"check:m/fits"}}
    assert found.descendants("m.c") >= {"m.d", "m.e"}


def test_what_leads_to_a_relation_of_a_check_does_not_wait_for_it() -> None:
    found = load({**chain(a="", b="a", c="b", d="b"), "checks/m/fits": check("m.a", "m.c")})
    assert found.blocked_by == {"m.d": {"check:m/fits"}}


def test_two_checks_that_would_wait_for_each_other_do_not() -> None:
    found = load(
        {
            **chain(a="", n1="a", x="n1", y="", n2="y", b="n2"),
            "checks/m/one": check("m.a", "m.b"),
            "checks/m/two": check("m.x", "m.y"),
        }
    )
    assert found.blocked_by["m.n1"] == {"check:m/one"}
    assert "m.n2" not in found.blocked_by


def test_defaults_of_folders_are_checked_once_and_hold_below() -> None:
    sources = (SourceFile("models/m/a.sql", "models", "select 1 as id"),)
    defaults = {"models": {"materialized": project.Default("table", 9)}}
    config = Config("shop", "local", CONFIG.targets, defaults=defaults)
    found = graph.read(Project(Path("/nowhere"), config, sources))
    assert node(found, "m.a").settings.materialized == "table"


@st.composite
def warehouses(draw: st.DrawFn) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Models, each with the earlier ones that it reads, and checks over several of them."""
    names = [f"t{number}" for number in range(draw(st.integers(2, 8)))]
    reads = {
        name: draw(st.sets(st.sampled_from(names[:number]), max_size=3)) if number else set()
        for number, name in enumerate(names)
    }
    several = st.sets(st.sampled_from(names), min_size=2, max_size=3)
    checks = {f"c{n}": one for n, one in enumerate(draw(st.lists(several, max_size=4)))}
    return reads, checks


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(warehouses())
def test_checks_hold_back_what_descends_from_them_and_never_deadlock(
    warehouse: tuple[dict[str, set[str]], dict[str, set[str]]],
) -> None:
    reads, checks = warehouse
    files = chain(**{name: " ".join(sorted(above)) for name, above in reads.items()})
    for name, relations in checks.items():
        files[f"checks/m/{name}"] = check(*(f"m.{one}" for one in sorted(relations)))
    found = load(files)
    waits = {
        id_: found.upstream[id_] | found.blocked_by.get(id_, frozenset()) for id_ in found.nodes
    }
    done: set[str] = set()
    while ready := [id_ for id_ in waits if id_ not in done and waits[id_] <= done]:
        done.update(ready)
    assert done == set(found.nodes)
    place = {id_: number for number, id_ in enumerate(found.order)}
    assert all(place[above] < place[id_] for id_, all_ in found.upstream.items() for above in all_)
    if len(checks) == 1:
        ((name, relations),) = checks.items()
        below = set[str]().union(*(found.descendants(f"m.{one}") for one in relations))
        above = set[str]().union(*(found.ancestors(f"m.{one}") | {f"m.{one}"} for one in relations))
        held = {id_ for id_, by in found.blocked_by.items() if f"check:m/{name}" in by}
        held |= set[str]().union(*(found.descendants(id_) for id_ in held))
        assert {id_ for id_ in held if id_.startswith("m.")} == {
            id_ for id_ in below - above if id_.startswith("m.")
        }


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_does_not_depend_on_the_order_of_the_files(names: list[str]) -> None:
    reads = {"a": "", "b": "a", "c": "", "d": "b c"}
    assert load(chain(**{name: reads[name] for name in names})).order == (
        "m.a",
        "m.c",
        "m.b",
        "m.d",
    )


@given(st.integers(2, 6), st.randoms(use_true_random=False))
def test_a_cycle_is_reported_with_its_path(length: int, random: object) -> None:
    names = [f"t{number}" for number in range(length)]
    reads = dict(pairwise([*names, names[0]]))
    assert complaints(chain(**reads)) == [
        f"models/m/t0.sql:1: a cycle: {' -> '.join(f'm.{name}' for name in [*names, names[0]])}"
    ]


# --- rows that are moved

MOVE = """\
-- @materialized incremental
-- @unique_key order_id
-- @move_from {source}
select {columns} from {read}
"""


@pytest.mark.parametrize(
    ("source", "columns", "read", "message"),
    [
        ("shop_raw.ordes", "*", "shop_raw.orders", "shop_raw.ordes is no table that a migration"),
        ("shop_raw.recent_orders", "*", "shop_raw.orders", "shop_raw.recent_orders is no table"),
        ("m.other", "*", "m.other", "m.other is no table that a migration makes"),
        ("shop_raw.orders", "*", "m.other", "the query does not read shop_raw.orders"),
        (
            "shop_raw.orders",
            "order_id",
            "shop_raw.orders",
            "the query leaves out customer_id, amount of shop_raw.orders",
        ),
        (
            "shop_raw.orders",
            "order_id, customer_id,\n    amount  -- @quarantine @not_null\n",
            "shop_raw.orders",
            "the model sends rows to quarantine, which does not keep them for good",
        ),
    ],
)
def test_a_move_that_would_lose_something_is_an_error(
    source: str, columns: str, read: str, message: str
) -> None:
    move = MOVE.format(source=source, columns=columns, read=read)
    other = "select order_id, customer_id, amount from shop_raw.orders"
    [complaint] = complaints({"models/m/old": move, "models/m/other": other})
    assert complaint.startswith(f"models/m/old.sql:3: @move_from: {message}")


def test_a_move_of_whole_rows_is_none() -> None:
    move = MOVE.format(source="shop_raw.orders", columns="*", read="shop_raw.orders")
    moving = node(load({"models/m/old": move}), "m.old").settings
    assert moving.move_from is not None
    assert (moving.move_from.relation, moving.incremental_strategy) == (
        Relation("SHOP_RAW", "ORDERS"),
        "append",
    )
