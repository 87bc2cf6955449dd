"""The Snowflake engine over HTTP, with the real connector, against fakesnow's server."""

from __future__ import annotations

import datetime
import threading
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from runner.engines import Column, Session, Target, open_engine
from runner.engines.snowflake import SnowflakeEngine, session
from runner.errors import Cancelled, ConnectionFailed, EngineError
from tests.conftest import SnowflakeServer, start_snowflake


def target(**options: Any) -> Target:
    database = f"DB_{uuid.uuid4().hex[:8]}".upper()
    return Target("prod", "snowflake", database, Path(), options)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "REQUEST_WAITS", (0, 0))
    monkeypatch.setattr(session, "STATEMENT_WAITS", (0.0, 0.0))


@pytest.fixture
def opened(snowflake: SnowflakeServer) -> Iterator[Session]:
    with open_engine(target()).session() as one:
        yield one


# Credentials ----------------------------------------------------------------------------------


def parameters(**options: Any) -> dict[str, Any]:
    engine = open_engine(target(**options))
    assert isinstance(engine, SnowflakeEngine)
    return dict(engine.credentials.parameters)


def write_connections(home: Path, text: str, name: str = "connections.toml") -> None:
    (home / name).write_text(text)
    (home / name).chmod(0o600)


def test_variables_alone_are_enough(snowflake_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_ACCOUNT", "acme-prod")
    monkeypatch.setenv("SNOWFLAKE_USER", "ci")
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_PATH", "/keys/ci.p8")
    monkeypatch.setenv("PRIVATE_KEY_PASSPHRASE", "sesame")
    found = parameters()
    assert found.pop("database").startswith("DB_")
    assert found == {
        "account": "acme-prod",
        "user": "ci",
        "private_key_file": "/keys/ci.p8",
        "private_key_file_pwd": "sesame",
    }


def test_the_environment_fills_in_what_a_connection_leaves_open(
    snowflake_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_connections(snowflake_home, '[prod]\naccount = "acme-prod"\nuser = "ci"\nschema = "x"')
    monkeypatch.setenv("SNOWFLAKE_USER", "somebody")
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "general")
    found = parameters(connection="prod")
    assert (found["user"], found["password"], "schema" in found) == ("ci", "general", False)


def test_the_variable_of_a_connection_goes_before_its_file(
    snowflake_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_connections(snowflake_home, '[prod]\naccount = "acme-prod"\npassword = "in the file"')
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "general")
    monkeypatch.setenv("SNOWFLAKE_CONNECTIONS_PROD_PASSWORD", "of the connection")
    assert parameters(connection="prod")["password"] == "of the connection"


def test_the_target_says_role_and_warehouse_last(snowflake_home: Path) -> None:
    write_connections(
        snowflake_home, '[prod]\naccount = "acme-prod"\nrole = "PUBLIC"\nwarehouse = "SMALL"'
    )
    found = parameters(connection="prod", role="TRANSFORMER", threads=4)
    assert (found["role"], found["warehouse"], "threads" in found) == (
        "TRANSFORMER",
        "SMALL",
        False,
    )


@pytest.mark.parametrize(
    ("variable", "config", "expected"),
    [
        (None, "", "default"),
        (None, 'default_connection_name = "other"', "other"),
        ("third", 'default_connection_name = "other"', "third"),
    ],
)
def test_without_a_name_the_default_connection_is_meant(
    snowflake_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    config: str,
    expected: str,
) -> None:
    names = ("default", "other", "third")
    write_connections(snowflake_home, "".join(f'[{n}]\naccount = "{n}"\n' for n in names))
    write_connections(snowflake_home, config, "config.toml")
    if variable:
        monkeypatch.setenv("SNOWFLAKE_DEFAULT_CONNECTION_NAME", variable)
    assert parameters()["account"] == expected


def test_a_key_may_come_as_text(snowflake_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = generate_private_key(65537, 2048)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"sesame"),
    )
    monkeypatch.setenv("SNOWFLAKE_ACCOUNT", "acme-prod")
    monkeypatch.setenv("SNOWFLAKE_PRIVATE_KEY_RAW", text.decode())
    monkeypatch.setenv("PRIVATE_KEY_PASSPHRASE", "sesame")
    found = parameters()["private_key"]
    assert isinstance(found, RSAPrivateKey)
    assert found.private_numbers() == key.private_numbers()


def test_an_unknown_connection_is_named_with_the_known_ones(snowflake_home: Path) -> None:
    write_connections(snowflake_home, '[dev]\naccount = "a"\n[prod]\naccount = "b"')
    with pytest.raises(ConnectionFailed, match=r"no Snowflake connection 'pord' \(known: dev, pr"):
        parameters(connection="pord")


def test_without_an_account_the_way_to_give_one_is_shown(snowflake_home: Path) -> None:
    with pytest.raises(ConnectionFailed, match="no Snowflake account is known") as failed:
        parameters()
    assert "SNOWFLAKE_ACCOUNT" in failed.value.hint


def test_a_file_that_others_may_write_to_is_refused(snowflake_home: Path) -> None:
    write_connections(snowflake_home, '[prod]\naccount = "acme-prod"')
    (snowflake_home / "connections.toml").chmod(0o666)
    with pytest.raises(ConnectionFailed, match="writable by group or others") as failed:
        parameters(connection="prod")
    assert "chmod 0600" in failed.value.hint


def test_describing_shows_no_secret(snowflake_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_connections(
        snowflake_home,
        '[prod]\naccount = "acme-prod"\nuser = "ci"\nauthenticator = "SNOWFLAKE_JWT"\n'
        'private_key_file = "/keys/ci.p8"\nrole = "TRANSFORMER"\nwarehouse = "SMALL"',
    )
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "sesame")
    one = target(connection="prod")
    shown = open_engine(one).describe()
    assert shown == [
        ("engine", "snowflake"),
        ("credentials", f"connection prod in {snowflake_home / 'connections.toml'}"),
        ("account", "acme-prod"),
        ("user", "ci"),
        ("authenticator", "SNOWFLAKE_JWT"),
        ("role", "TRANSFORMER"),
        ("warehouse", "SMALL"),
        ("database", one.database),
    ]


# Statements -----------------------------------------------------------------------------------


def test_a_result_has_snowflakes_names_types_and_values(opened: Session) -> None:
    result = opened.execute("select 1 as a, 'x' as b, 1.25 as c, date '2026-01-02' as \"d e\"")
    assert result.columns == (
        Column("A", "NUMBER(38,0)"),
        Column("B", "VARCHAR(16777216)"),
        Column("C", "NUMBER(3,2)"),
        Column("d e", "DATE"),
    )
    assert result.rows == [(1, "x", Decimal("1.25"), datetime.date(2026, 1, 2))]
    assert result.row_count == 1
    assert result.query_id


def test_dml_counts_the_rows_it_wrote(opened: Session) -> None:
    opened.execute("create schema s")
    opened.execute("create table s.t (a number)")
    assert opened.execute("insert into s.t select 1 union all select 2").row_count == 2
    assert opened.execute("update s.t set a = 3 where a = 2").row_count == 1


def test_an_error_keeps_snowflakes_number_and_text(opened: Session) -> None:
    with pytest.raises(EngineError) as failed:
        opened.execute("select * from nowhere.nothing")
    assert (failed.value.code, failed.value.sqlstate) == (2003, "42S02")
    assert failed.value.sql == "select * from nowhere.nothing"
    assert not failed.value.message[0].isdigit()


def test_an_error_that_has_a_remedy_names_it(opened: Session) -> None:
    with pytest.raises(EngineError, match="No active warehouse") as failed:
        opened.execute(f"select 1 /* fault: no warehouse */ -- {uuid.uuid4()}")
    assert failed.value.code == 606
    assert "SNOWFLAKE_WAREHOUSE" in failed.value.hint


def test_the_tag_travels_with_the_statement(opened: Session, snowflake: SnowflakeServer) -> None:
    before = len(snowflake.statements())
    opened.execute("select 'tagged'", tag="retail_core.fact_orders 7f3d")
    opened.execute("select 'untagged'")
    assert snowflake.statements()[before:] == [
        {"sql": "select 'tagged'", "tag": "retail_core.fact_orders 7f3d"},
        {"sql": "select 'untagged'", "tag": None},
    ]


def test_a_published_table_has_taken_the_others_place(opened: Session) -> None:
    opened.execute("create schema s")
    opened.execute("create table s.t as select 1 as a")
    opened.execute("create table s.t__next as select 2 as a")
    opened.publish("s.t__next", "s.t")
    assert opened.execute("select a from s.t").rows == [(2,)]
    with pytest.raises(EngineError, match="T__NEXT"):
        opened.execute("select a from s.t__next")


def test_a_transient_table_is_published_as_one(opened: Session, snowflake: SnowflakeServer) -> None:
    opened.execute("create schema s")
    opened.execute("create transient table s.t__next as select 2 as a")
    opened.publish("s.t__next", "s.t")
    assert opened.execute("select a from s.t").rows == [(2,)]
    assert sent(snowflake, "create or replace transient table s.t clone s.t__next copy grants") == 1


# Faults ---------------------------------------------------------------------------------------


def sent(server: SnowflakeServer, sql: str) -> int:
    return [statement["sql"] for statement in server.statements()].count(sql)


def test_a_lock_that_did_not_come_is_waited_for_again(
    opened: Session, snowflake: SnowflakeServer
) -> None:
    opened.execute("create schema s")
    opened.execute("create table s.t (a number)")
    insert = f"insert into s.t values (1) /* fault: lock timeout */ -- {uuid.uuid4()}"
    assert opened.execute(insert).row_count == 1
    assert sent(snowflake, insert) == 2
    assert opened.execute("select count(*) from s.t").rows == [(1,)]


def test_a_script_is_not_run_twice(opened: Session, snowflake: SnowflakeServer) -> None:
    call = f"call s.load() /* fault: lock timeout */ -- {uuid.uuid4()}"
    with pytest.raises(EngineError, match="has locked table 'T'") as failed:
        opened.execute(call)
    assert failed.value.code == 625
    assert sent(snowflake, call) == 1


def test_a_statement_of_a_transaction_is_not_run_twice(
    opened: Session, snowflake: SnowflakeServer
) -> None:
    opened.execute("begin")
    select = f"select 1 /* fault: lock timeout */ -- {uuid.uuid4()}"
    with pytest.raises(EngineError, match="has locked table 'T'"):
        opened.execute(select)
    assert sent(snowflake, select) == 1


def test_an_unavailable_service_is_asked_again(opened: Session, snowflake: SnowflakeServer) -> None:
    select = f"select 1 /* fault: service unavailable */ -- {uuid.uuid4()}"
    assert opened.execute(select).rows == [(1,)]
    assert sent(snowflake, select) == 2


def test_a_running_statement_can_be_cancelled(opened: Session, snowflake: SnowflakeServer) -> None:
    select = f"select 1 /* fault: until cancelled */ -- {uuid.uuid4()}"
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(opened.execute(select))
        except Cancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while not sent(snowflake, select):
        time.sleep(0.01)
    opened.cancel()
    thread.join()
    assert isinstance(outcome[0], Cancelled)


def test_cancelling_an_idle_session_sends_nothing(
    opened: Session, snowflake: SnowflakeServer
) -> None:
    before = len(snowflake.statements())
    opened.cancel()
    assert len(snowflake.statements()) == before


def test_a_server_that_dies_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start_snowflake(tmp_path)
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    with open_engine(target()).session() as one:
        one.execute("select 1")
        server.process.kill()
        server.process.wait()
        with pytest.raises(ConnectionFailed, match="connection to Snowflake is lost"):
            one.execute("select 2")
    with pytest.raises(ConnectionFailed, match=r"cannot connect to Snowflake account fakesnow"):
        open_engine(target()).session()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SNOWFLAKE_ACCOUNT", "nowhere", "account nowhere as tester .*404"),
        ("SNOWFLAKE_USER", "stranger", "as stranger .*Incorrect username or password"),
        ("SNOWFLAKE_AUTHENTICATOR", "magic", "Unknown authenticator: magic"),
        ("SNOWFLAKE_PRIVATE_KEY_FILE", "/nowhere/key.p8", "/nowhere/key.p8"),
    ],
)
def test_a_refused_login_says_who_was_refused_and_why(
    snowflake: SnowflakeServer,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    message: str,
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConnectionFailed, match=message) as failed:
        open_engine(target()).session()
    assert "runner debug" in failed.value.hint
    assert "sesame" not in str(failed.value)
