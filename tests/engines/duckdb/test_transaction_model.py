"""Random scripts of transactions in two sessions over two databases, against a model in Python.

The model holds what is committed and, for each session, what its open transaction has changed: each
statement sees what is committed by then with those changes (READ COMMITTED), or is refused by name.
A failed statement changes nothing; DDL commits; a second database in one transaction is refused by
name; a write that meets another session's is reported. After a failure a transaction goes on, or
COMMIT says that it cannot: it never pretends. Rows have numbers, so that two transactions may each
add and take away rows of one table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engines.duckdb import connect
from runner.engines.duckdb.session import Session
from runner.errors import EngineError, Unsupported

TABLES = ("db.sc.a", "db.sc.b", "other.public.c")
Rows = dict[int, int]  # a row's number -> its value
State = dict[str, Rows]
Change = Callable[[Rows], Rows]

numbers = count()


def added(rows: Rows, n: int) -> Rows:
    return {**rows, next(numbers): n}


def mapped(rows: Rows, test: Callable[[int], bool], by: int) -> Rows:
    return {row: a + by if test(a) else a for row, a in rows.items()}


def merged(rows: Rows, n: int) -> Rows:
    return mapped(rows, lambda a: a == n, 10) if n in rows.values() else added(rows, n)


# what a step does to a table: Snowflake's statement and the model's
WRITES: dict[str, tuple[str, Callable[[Rows, int], Rows]]] = {
    "insert": ("insert into {t} values ({n})", added),
    "delete": (
        "delete from {t} where a = {n}",
        lambda rows, n: {row: a for row, a in rows.items() if a != n},
    ),
    "update": (
        "update {t} set a = a + 1 where a >= {n}",
        lambda rows, n: mapped(rows, lambda a: a >= n, 1),
    ),
    "merge": (
        "merge into {t} using (select {n} as n) x on a = n "
        "when matched then update set a = a + 10 when not matched then insert values (n)",
        merged,
    ),
    "overwrite": ("insert overwrite into {t} select {n}", lambda rows, n: added({}, n)),
    "truncate": ("truncate table {t}", lambda rows, n: {}),
}
FAILURES = (
    "insert into {t} values (1 / 0)",
    "insert all into {t} values (a) into {t} values (1 / (a - a)) select 1 as a",
    "select * from nowhere",
    "update {t} set nope = 1",
    "insert into {t} values ('x')",
    "selec 1",
)
CHANCE = "insert into {t} select 0 * uniform(1, 9, random()) + {n}"

STEP = st.one_of(
    st.tuples(st.sampled_from([*WRITES, "chance"]), st.sampled_from(TABLES[:2]), st.integers(0, 3)),
    st.tuples(st.sampled_from([*WRITES]), st.sampled_from(TABLES), st.integers(0, 3)),
    st.tuples(st.just("fail"), st.sampled_from(TABLES), st.integers(0, len(FAILURES) - 1)),
    st.tuples(st.sampled_from(["begin", "commit", "rollback", "ddl"]), st.just(""), st.just(0)),
)
SCRIPT = st.lists(st.tuples(st.integers(0, 1), STEP), max_size=24)


@dataclass
class Player:
    """A session and what the model knows of its transaction: `changed` are the rows that it has
    written, None for those it has taken away, `base` the count of commits at its first write."""

    session: Session
    open: bool = False
    changed: dict[str, dict[int, int | None]] = field(default_factory=dict)
    by_chance: bool = False
    base: int = 0
    broken: bool = False

    @property
    def wrote(self) -> set[str]:
        return set(self.changed)


class Model:
    def __init__(self, players: list[Player]) -> None:
        self.players = players
        self.committed: State = {table: {} for table in TABLES}
        self.commits = 0

    def view(self, player: Player) -> State:
        return {table: self.rows(player, table) for table in TABLES}

    def rows(self, player: Player, table: str) -> Rows:
        merged = {**self.committed[table], **player.changed.get(table, {})}
        return {row: a for row, a in merged.items() if a is not None}

    def end(self, player: Player) -> None:
        player.open, player.changed, player.by_chance, player.broken = False, {}, False, False

    def commit(self, player: Player) -> None:
        for table in player.wrote:
            self.committed = {**self.committed, table: self.rows(player, table)}
        self.commits += bool(player.wrote)
        self.end(player)

    def write(self, player: Player, table: str, change: Change) -> None:
        before = self.rows(player, table)
        after = change(before)
        if not player.open:
            self.committed = {**self.committed, table: after}
            self.commits += 1
            return
        if not player.wrote:
            player.base = self.commits
        own = player.changed.setdefault(table, {})
        own.update({row: a for row, a in after.items() if before.get(row) != a})
        own.update(dict.fromkeys(before.keys() - after.keys()))


def step(model: Model, player: Player, what: tuple[str, str, int]) -> None:
    word, table, n = what
    if player.broken and word not in ("commit", "rollback"):
        refused(player, "select 1", "after a failed statement")
        return
    if word == "begin":
        player.session.execute("begin")
        player.open = True
    elif word == "rollback":
        player.session.execute("rollback")
        model.end(player)
    elif word == "commit":
        commit(model, player, "commit")
    elif word == "ddl":
        commit(model, player, "create or replace table db.sc.z (a int)")
    elif word == "fail":
        refused(player, FAILURES[n].format(t=table), "")
        fell(model, player)
    else:
        write(model, player, what)


def write(model: Model, player: Player, what: tuple[str, str, int]) -> None:
    word, table, n = what
    text, change = WRITES.get(word, (CHANCE, added))
    try:
        player.session.execute(text.format(t=table, n=n))
    except Unsupported as error:
        if error.construct == "a transaction over two databases":
            assert {one.split(".")[0] for one in player.wrote} - {table.split(".")[0]}
        else:
            behind(model, player, error)
        fell(model, player)
    except EngineError as error:
        assert "another session" in str(error), error
        assert any(other.wrote for other in model.players if other is not player) or player.open
        fell(model, player)
    else:
        model.write(player, table, lambda found: change(found, n))
        player.by_chance = player.open and (player.by_chance or word == "chance")


def behind(model: Model, player: Player, error: Unsupported) -> None:
    """A transaction that cannot be brought up to date has written, and others have since."""
    assert error.construct == "reading what another session has committed since"
    assert player.wrote
    assert model.commits != player.base


def fell(model: Model, player: Player) -> None:
    """What a failed statement leaves: the transaction goes on as the model has it, or says that it
    cannot. It may only when what it wrote cannot be done again."""
    if not player.open:
        return
    try:
        player.session.execute("select 1")
    except Unsupported:
        assert player.wrote
        assert player.by_chance or model.commits != player.base
        player.broken = True


def commit(model: Model, player: Player, sql: str) -> None:
    """COMMIT, or DDL that commits: all of it, or an error and nothing of it."""
    try:
        player.session.execute(sql)
    except EngineError as error:
        assert player.broken or "another session" in str(error), error
        if player.broken or sql == "commit":
            model.end(player)
    else:
        assert not player.broken
        model.commit(player)
    if sql != "commit":
        model.commits += 1


def refused(player: Player, sql: str, text: str) -> None:
    try:
        player.session.execute(sql)
    except EngineError as error:
        assert text in str(error)
    else:
        raise AssertionError(f"{sql} succeeded")


def values(session: Session, table: str) -> list[int]:
    return [a for (a,) in session.execute(f"select a from {table} order by a").rows]


def sees(model: Model, player: Player) -> None:
    """Each table shows what is committed with the player's own changes, or its reading is
    refused."""
    for table, rows in model.view(player).items():
        try:
            found = values(player.session, table)
        except Unsupported as error:
            behind(model, player, error)
        else:
            assert found == sorted(rows.values())


def shown(state: State) -> dict[str, list[int]]:
    return {table: sorted(rows.values()) for table, rows in state.items()}


@settings(max_examples=25, deadline=None)
@given(script=SCRIPT)
def test_scripts_in_two_sessions_over_two_databases_end_as_the_model(
    script: list[tuple[int, tuple[str, str, int]]],
) -> None:
    with connect() as first, Session(first.store, "DB", "SC") as second:
        first.execute("create database other")
        for table in TABLES:
            first.execute(f"create table {table} (a int)")
        first.execute("use schema db.sc")
        model = Model([Player(first), Player(second)])
        for who, what in script:
            player = model.players[who]
            step(model, player, what)
            for one in model.players:
                if not one.broken:
                    sees(model, one)
        for player in model.players:
            player.session.execute("rollback")
            model.end(player)
        assert {table: values(first, table) for table in TABLES} == shown(model.committed)
