"""Batches are written, checked and committed one by one, and the ledger knows which are done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from runner.errors import Cancelled, RunnerError, UsageError
from runner.results import RunResult, Status
from runner.rollback import Which, advice
from tests.shop import HEAD, Shop, days
from tests.watched import Watched

DAY = {number: date(2024, 1, number) for number in range(1, 32)}
NOON = "2024-01-03 12:00"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop.open(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.close()


@pytest.fixture
def shop(opened: Shop) -> Shop:
    """Three days of sales, and a model that keeps them as they are."""
    opened.begin()
    opened.model("sales", "select id, on_day, amount -- @check amount > 0")
    opened.add((1, DAY[1], 10), (2, DAY[2], 20), (3, DAY[3], 30))
    return opened


@pytest.fixture
def corrected(opened: Shop) -> Shop:
    """No sales yet, and a model that keeps the last of each key, but for those that are gone."""
    opened.begin("id number, on_day date, amount number, gone boolean")
    columns = "select id, on_day, amount, gone -- @check amount > 0"
    opened.model("sales", columns, "@unique_key id", "@delete_when gone")
    return opened


def message(run: RunResult) -> str:
    return run.nodes[0].message


def ids(shop: Shop, relation: str = "core.sales") -> list[int]:
    return sorted(row[0] for row in shop.rows(relation))


def test_a_first_build_does_all_batches_and_the_next_one_only_the_newest(shop: Shop) -> None:
    assert shop.reasons(NOON)["core.sales"] == "first build; not done yet: 2024-01-01 to 2024-01-03"
    assert shop.build(NOON).ok
    assert ids(shop) == [1, 2, 3]
    assert shop.ledger("core.sales") == [("01-01", "done"), ("01-02", "done"), ("01-03", "partial")]
    again = shop.build("2024-01-05 01:00")
    assert again.nodes[0].reason == (
        "not done yet: 2024-01-04 to 2024-01-05; not over when it ran: 2024-01-03"
    )
    assert ids(shop) == [1, 2, 3]


def test_the_ledger_counts_the_rows_of_a_batch_and_names_the_run(shop: Shop) -> None:
    shop.add((4, DAY[2], 40))
    run = shop.build(NOON)
    found = shop.sql(
        "select rows_read, invocation_id from runner.batches "
        "where batch_start is not null order by batch_start"
    )
    assert found == [(number, run.invocation.id) for number in (1, 2, 1)]


def test_a_late_row_is_taken_by_the_lookback_or_by_name(shop: Shop) -> None:
    shop.build(NOON)
    shop.add((4, DAY[1], 1), (5, DAY[2], 1))
    shop.build(NOON)
    assert ids(shop) == [1, 2, 3, 5]
    shop.build(NOON, ("2024-01-01", "2024-01-02"))
    assert ids(shop) == [1, 2, 3, 4, 5]


def test_a_row_that_is_gone_from_the_source_goes_with_its_batch(shop: Shop) -> None:
    shop.build(NOON)
    shop.sql("delete from raw.sales where id = 2")
    shop.build(NOON)
    assert ids(shop) == [1, 3]


def test_a_bad_batch_is_left_out_and_alone_run_again(shop: Shop) -> None:
    shop.add((4, DAY[1], -1))
    run = shop.build("2024-01-04")
    assert not run.ok
    assert run.nodes[0].status is Status.FAIL
    assert message(run) == (
        "2024-01-01: not published; what was there stays\n"
        "batches: 2 done, 1 not, 0 not tried; the next build goes on"
    )
    assert [check.failures for check in run.nodes[0].checks] == [1]
    assert ids(shop) == [2, 3]
    reason = "failed last time: 2024-01-01; lookback: 2024-01-02 to 2024-01-03"
    assert shop.reasons("2024-01-04")["core.sales"] == reason
    shop.sql("delete from raw.sales where amount < 0")
    assert shop.build("2024-01-04").ok
    assert ids(shop) == [1, 2, 3]
    assert "failed" not in shop.reasons("2024-01-04")["core.sales"]


def test_an_empty_batch_is_done_and_not_run_again(shop: Shop) -> None:
    shop.sql("delete from raw.sales where id = 1")
    shop.build("2024-01-06")
    assert ("01-01", "done") in shop.ledger("core.sales")
    assert shop.reasons("2024-01-06")["core.sales"] == "lookback: 2024-01-04 to 2024-01-05"


def test_what_descends_from_a_bad_batch_is_skipped(shop: Shop) -> None:
    shop.write("models/core/total.sql", "select sum(amount) as amount from core.sales")
    shop.add((4, DAY[1], -1))
    statuses = {node.node: node.status for node in shop.build(NOON).nodes}
    assert statuses == {"core.sales": Status.FAIL, "core.total": Status.SKIPPED}


def test_an_error_in_the_rows_of_a_batch_leaves_the_others_alone(shop: Shop) -> None:
    shop.model("sales", "select id, on_day, 100 / amount as share")
    shop.add((4, DAY[2], 0))
    run = shop.build(NOON)
    assert run.nodes[0].status is Status.ERROR
    assert "2024-01-02: models/core/sales.sql:4: Division by zero" in message(run)
    assert ids(shop) == [1, 3]


def test_a_check_that_breaks_on_the_rows_of_a_batch_leaves_the_others_alone(shop: Shop) -> None:
    shop.model("sales", "select id, on_day, amount -- @check 100 / amount > 1")
    shop.add((4, DAY[1], 0))
    run = shop.build(NOON)
    assert "2024-01-01: models/core/sales.sql:4: the check fails: Division by zero" in message(run)
    assert ids(shop) == [2, 3]


def test_a_query_that_does_not_compile_is_tried_once(shop: Shop) -> None:
    shop.build(NOON)
    shop.write("models/core/totals.sql", "select 1 as one")
    shop.sql("alter table raw.sales drop column amount")
    run = shop.build(NOON, ("2024-01-01", "2024-01-04"), select=("sales",))
    assert "batches: 0 done, 1 not, 2 not tried" in message(run)
    assert ids(shop) == [1, 2, 3]


class Stopped(Watched):
    """Is told to stop when the second batch begins to write."""

    def before(self, sql: str) -> None:
        super().before(sql)
        begun = [other for other in self.statements if other == "begin"]
        if len(begun) == 2 and sql == "begin":
            raise Cancelled("the run was stopped")


def test_a_build_that_is_stopped_keeps_the_batches_that_are_done(shop: Shop) -> None:
    run = shop.build(NOON, around=Stopped().over)
    assert run.nodes[0].status is Status.SKIPPED
    assert message(run) == (
        "2024-01-02: stopped and rolled back\n"
        "batches: 1 done, 1 not, 1 not tried; the next build goes on"
    )
    assert ids(shop) == [1]
    assert shop.reasons(NOON)["core.sales"] == "not done yet: 2024-01-02 to 2024-01-03"
    assert shop.build(NOON).ok
    assert ids(shop) == [1, 2, 3]


def test_a_row_outside_of_its_batch_is_refused(shop: Shop) -> None:
    shop.write(
        "models/core/sales.sql",
        f"{HEAD}\nselect id, dateadd(day, iff(id = 2, 1, 0), on_day)::date as on_day\n"
        "from raw.sales where on_day >= $batch_start and on_day < $batch_end",
    )
    run = shop.build(NOON)
    assert (
        "2024-01-02: models/core/sales.sql: 1 row of this run has a value of on_day outside of the "
        "batch, for example 2024-01-03; such rows would come again with every run" in message(run)
    )
    assert ids(shop) == [1, 3]


@pytest.mark.parametrize("settings", [(), ("@unique_key id",)])
def test_a_row_that_belongs_to_no_batch_is_refused(shop: Shop, settings: tuple[str, ...]) -> None:
    shop.model("sales", "select id, nullif(on_day, '2024-01-02') as on_day", *settings)
    run = shop.build(NOON)
    assert "1 row of this run has a null in @batch_by on_day, for example (null)" in message(run)
    assert ids(shop) == [1, 3]


def test_a_batch_column_that_is_no_time_is_refused(shop: Shop) -> None:
    shop.model("sales", "select id, to_char(on_day, 'YYYYMMDD') as on_day")
    assert "@batch_by on_day is VARCHAR" in message(shop.build(NOON))


def test_a_key_is_corrected_and_deleted_by_later_batches(corrected: Shop) -> None:
    shop = corrected
    shop.add((1, DAY[1], 10, False), (2, DAY[1], 20, False), (3, DAY[1], 30, False))
    shop.add((1, DAY[2], 11, False), (2, DAY[3], 20, True), (4, DAY[3], 40, True))
    shop.build("2024-01-04")
    expected = Counter([(1, DAY[2], 11, False), (3, DAY[1], 30, False)])
    assert shop.rows("core.sales") == expected
    shop.build("2024-01-04", ("2024-01-01", "2024-01-02"))
    assert shop.rows("core.sales") == expected, "an earlier batch had the last word"
    shop.build("2024-01-04", full_refresh=True)
    assert shop.rows("core.sales") == expected


def test_later_batches_run_again_behind_a_bad_one_that_is_mended(corrected: Shop) -> None:
    shop = corrected
    shop.add((1, DAY[1], -10, False), (1, DAY[2], 11, False))
    assert not shop.build("2024-01-05").ok
    assert shop.rows("core.sales") == Counter([(1, DAY[2], 11, False)])
    assert shop.ledger("core.sales")[0] == ("01-01", "failed")
    shop.sql("update raw.sales set amount = 10 where amount < 0")
    assert shop.reasons("2024-01-05")["core.sales"] == (
        "failed last time: 2024-01-01; lookback: 2024-01-03 to 2024-01-04; "
        "again after these: 2024-01-02"
    )
    shop.build("2024-01-05")
    assert shop.rows("core.sales") == Counter([(1, DAY[2], 11, False)])


def test_a_full_refresh_is_published_as_a_whole_or_not_at_all(shop: Shop) -> None:
    shop.build(NOON)
    shop.add((4, DAY[1], 40), (5, DAY[2], -1))
    run = shop.build(NOON, full_refresh=True)
    assert run.nodes[0].reason == "full refresh; not done yet: 2024-01-01 to 2024-01-03"
    assert message(run) == "not published; what was there stays"
    assert ids(shop) == [1, 2, 3]
    assert shop.sql("select max(generation) from runner.batches") == [(1,)]
    shop.sql("delete from raw.sales where amount < 0")
    assert shop.build(NOON, full_refresh=True).ok
    assert ids(shop) == [1, 2, 3, 4]
    assert shop.ledger("core.sales") == [("01-01", "done"), ("01-02", "done"), ("01-03", "partial")]
    assert shop.sql("select max(generation) from runner.batches") == [(2,)]


def test_a_full_refresh_that_breaks_names_the_batch(shop: Shop) -> None:
    shop.model("sales", "select id, on_day, 100 / amount as share")
    shop.build(NOON)
    shop.add((4, DAY[2], 0))
    run = shop.build(NOON, full_refresh=True)
    assert "Division by zero" in message(run)
    assert message(run).endswith("it was the batch 2024-01-02")
    assert ids(shop) == [1, 2, 3]
    left = "select count(*) from information_schema.tables where table_name like '%\\\\_\\\\_%'"
    assert shop.sql(left) == [(0,)]


def test_a_table_that_was_dropped_is_filled_again(shop: Shop) -> None:
    shop.build(NOON)
    shop.sql("drop table core.sales")
    assert shop.reasons(NOON)["core.sales"].startswith("first build; not done yet: 2024-01-01 to")
    shop.build(NOON)
    assert ids(shop) == [1, 2, 3]


def test_a_view_gives_way_to_batches(shop: Shop) -> None:
    shop.sql("create schema core", "create view core.sales as select 1 as id")
    assert shop.build(NOON).ok
    assert ids(shop) == [1, 2, 3]


def test_a_model_may_read_what_its_earlier_batches_left(shop: Shop) -> None:
    shop.write(
        "models/core/balance.sql",
        f"{HEAD}\nselect sales.on_day, max(sales.amount) + coalesce(max(before.balance), 0) "
        "as balance\nfrom raw.sales as sales\nleft join core.balance as before\n"
        "    on before.on_day = dateadd(day, -1, sales.on_day)\n"
        "where sales.on_day >= $batch_start and sales.on_day < $batch_end\ngroup by sales.on_day",
    )
    for full_refresh in (False, True):
        shop.build(NOON, full_refresh=full_refresh)
        assert shop.rows("core.balance") == Counter([(DAY[1], 10), (DAY[2], 30), (DAY[3], 60)])


def test_hours_months_and_years_are_batches_too(shop: Shop) -> None:
    for size, text in (("hour", "2024-01-03 11:00"), ("month", "2024-01"), ("year", "2024")):
        head = HEAD.replace("day @begin 2024-01-01", f"{size} @begin 2024-01-03")
        shop.write(
            f"models/core/by_{size}.sql",
            f"{head}\nselect id, on_day from raw.sales\n"
            "where on_day >= $batch_start and on_day < $batch_end",
        )
        assert shop.reasons("2024-01-03 11:30")[f"core.by_{size}"].endswith(text)
    assert shop.build("2024-01-03 11:30").ok
    assert ids(shop, "core.by_hour") == [3]
    assert ids(shop, "core.by_month") == ids(shop, "core.by_year") == [1, 2, 3]


def test_a_column_that_is_added_is_added_by_the_first_batch(shop: Shop) -> None:
    shop.build("2024-01-03")
    shop.model(
        "sales", "select id, on_day, amount, 'x' as mark", "@on_schema_change append_new_columns"
    )
    assert shop.build("2024-01-04").ok
    assert shop.rows("core.sales") == Counter(
        [(1, DAY[1], 10, None), (2, DAY[2], 20, "x"), (3, DAY[3], 30, "x")]
    )


def test_nothing_can_be_done_before_the_beginning(shop: Shop) -> None:
    assert "no batch has begun yet" in message(shop.build("2023-06-01"))


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"batch_start": datetime(2024, 1, 1)}, "go together"),
        ({"batch_start": datetime(2024, 1, 2), "batch_end": datetime(2024, 1, 2)}, "later than"),
        (
            {
                "batch_start": datetime(2024, 1, 1),
                "batch_end": datetime(2024, 1, 2),
                "full_refresh": True,
            },
            "takes all batches",
        ),
        (
            {
                "batch_start": datetime(2024, 1, 1),
                "batch_end": datetime(2024, 1, 2),
                "select": ("total",),
            },
            "no selected model has batches",
        ),
    ],
)
def test_a_window_that_means_nothing_is_refused(
    shop: Shop, chosen: dict[str, object], told: str
) -> None:
    shop.write("models/core/total.sql", "select sum(amount) as amount from core.sales")
    with pytest.raises(UsageError, match=told):
        shop.wanted(**chosen)


# --- rolling back


def test_a_batch_is_taken_out_and_filled_again(shop: Shop) -> None:
    shop.build(NOON)
    which = Which(moment=datetime(2024, 1, 2, 7))
    shown = shop.rollback(NOON, which, dry_run=True)
    assert [(one.model.id, one.batch, one.rows) for one in shown] == [
        ("core.sales", "2024-01-02", 1)
    ]
    assert ids(shop) == [1, 2, 3]
    assert shop.rollback(NOON, which) == shown
    assert ids(shop) == [1, 3]
    assert shop.ledger("core.sales")[-1] == ("01-02", "rolled back")
    shop.add((4, DAY[2], 40))
    reason = shop.reasons("2024-01-20")["core.sales"]
    assert "rolled back: 2024-01-02" in reason
    shop.build("2024-01-20")
    assert ids(shop) == [1, 2, 3, 4]


def test_a_range_and_what_a_run_wrote_are_taken_out(shop: Shop) -> None:
    first = shop.build("2024-01-03")
    second = shop.build(NOON)
    shown = shop.rollback(NOON, Which(invocation=first.invocation.id), dry_run=True)
    assert [one.batch for one in shown] == ["2024-01-01"]
    shown = shop.rollback(NOON, Which(invocation=second.invocation.id))
    assert [one.batch for one in shown] == ["2024-01-02", "2024-01-03"]
    assert ids(shop) == [1]
    assert shop.rollback(NOON, Which(invocation=second.invocation.id)) == ()
    shown = shop.rollback(NOON, days("2024-01-01", "2024-02-01"))
    assert [(one.batch, one.rows) for one in shown] == [
        ("2024-01-01", 1),
        ("2024-01-02", 0),
        ("2024-01-03", 0),
    ]
    assert ids(shop) == []


def test_a_rollback_says_what_is_out_of_date_and_how_to_go_on(shop: Shop) -> None:
    shop.write("models/core/total.sql", "select sum(amount) as amount from core.sales")
    shop.model("sales", "select id, on_day, amount", "@unique_key id")
    shop.build(NOON)
    done = shop.rollback(NOON, days("2024-01-02", "2024-01-04"))
    told = list(advice(shop.wanted().graph, done))
    assert told[0] == "out of date until they are built again: core.total"
    assert "--batch-start '2024-01-01 00:00' --batch-end '2024-01-02 00:00'" in told[1]
    assert told[2] == "next: runner build -s 'core.sales+'"
    assert list(advice(shop.wanted().graph, ())) == ["there was nothing to take out"]


def test_a_replaced_row_is_back_when_the_batches_before_have_run_again(corrected: Shop) -> None:
    shop = corrected
    shop.add((1, DAY[1], 10, False), (1, DAY[2], 99, False))
    shop.build(NOON)
    shop.rollback(NOON, days("2024-01-02", "2024-01-03"))
    shop.sql("delete from raw.sales where amount = 99")
    shop.build(NOON, ("2024-01-01", "2024-01-02"))
    shop.build(NOON)
    assert shop.rows("core.sales") == Counter([(1, DAY[1], 10, False)])


def test_a_rollback_that_means_nothing_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="say which batches, in one way"):
        Which()
    with pytest.raises(UsageError, match="say which batches, in one way"):
        Which(moment=datetime(2024, 1, 1), invocation="x")
    with pytest.raises(RunnerError, match=r"core\.sales does not exist"):
        shop.rollback(NOON, Which(moment=datetime(2024, 1, 1)))
    shop.build(NOON)
    with pytest.raises(UsageError, match="2023-12-31 is before @begin 2024-01-01"):
        shop.rollback(NOON, Which(moment=datetime(2023, 12, 31)))
    shop.write("models/core/total.sql", "select sum(amount) as amount from core.sales")
    with pytest.raises(UsageError, match="no selected model has batches"):
        shop.rollback(NOON, Which(moment=datetime(2024, 1, 1)), select=("total",))
