"""Migrations: what is to be deployed, deploying it, and what a failure says; on both engines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemachange.config.DeployConfig import DeployConfig
from schemachange.deploy import deploy as schemachange_deploy

from runner import project
from runner.deploying import deployment, migrations
from runner.engines import Engine, Session, Target, open_engine
from runner.engines.duckdb import connect
from runner.errors import Cancelled, ProjectError, RunnerError, ScriptStopped, UsageError
from runner.project import Config, Project, TargetConfig
from tests.conftest import SnowflakeServer
from tests.watched import Watched

TABLE = "create table if not exists raw.orders (id number, note varchar);\n"
SCHEMA = "create schema if not exists raw;\n"


def write(target: Target, files: dict[str, str], **variables: object) -> Project:
    """A project of these migrations alone, on this target."""
    root = target.project_dir
    for path, text in files.items():
        (root / "migrations" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "migrations" / path).write_text(text)
    (root / "runner.toml").write_text(
        f'[targets.{target.name}]\nengine = "{target.engine}"\ndatabase = "{target.database}"\n'
    )
    read = project.load(root)
    return replace(read, config=replace(read.config, variables=variables))


def paths(deployed: tuple[object, ...]) -> list[str]:
    return [str(getattr(one, "path", one)).removeprefix("migrations/") for one in deployed]


def recorded(session: Session, table: str = "change_history") -> list[tuple[object, ...]]:
    rows = session.execute(f"select script, status from runner.{table} order by installed_on")
    return rows.rows


# Deploying ------------------------------------------------------------------------------------


def test_scripts_run_in_the_order_of_their_versions_and_once(
    engine: Engine, target: Target, session: Session
) -> None:
    files = {
        "V1.10.0__note.sql": "alter table raw.orders add column customer varchar;",
        "V1.9.0__orders.sql": SCHEMA + TABLE,
        "R__big.sql": "create or replace view raw.big as select id from raw.orders where id > 9;",
        "A__count.sql": "select count(*) from raw.big;",
    }
    found = write(target, files)
    first = migrations.deploy(found, engine, target)
    assert paths(first) == ["V1.9.0__orders.sql", "V1.10.0__note.sql", "R__big.sql", "A__count.sql"]
    assert all(one.seconds > 0 for one in first)
    assert paths(migrations.deploy(found, engine, target)) == ["A__count.sql"]
    assert recorded(session) == [(name, "Success") for name in [*paths(first), "A__count.sql"]]


def test_a_repeatable_script_runs_again_when_its_variables_changed(
    engine: Engine, target: Target, session: Session
) -> None:
    files = {
        "V1__raw.sql": SCHEMA,
        "R__limit.sql": "create or replace view raw.big as select {{ least }} as least;",
    }
    migrations.deploy(write(target, files, least=9), engine, target)
    assert migrations.deploy(write(target, files, least=9), engine, target) == ()
    again = migrations.deploy(write(target, files, least=10), engine, target)
    assert paths(again) == ["R__limit.sql"]
    assert session.execute("select least from raw.big").rows == [(10,)]


def test_the_account_is_deployed_apart(engine: Engine, target: Target, session: Session) -> None:
    files = {"database/V1__raw.sql": SCHEMA, "account/V1__teams.sql": "select 1;"}
    found = write(target, files)
    assert paths(migrations.deploy(found, engine, target)) == ["database/V1__raw.sql"]
    account = migrations.deploy(found, engine, target, account=True)
    assert paths(account) == ["account/V1__teams.sql"]
    assert recorded(session) == [("V1__raw.sql", "Success")]
    assert recorded(session, "account_change_history") == [("V1__teams.sql", "Success")]


def test_a_dry_run_changes_nothing(engine: Engine, target: Target, session: Session) -> None:
    found = write(target, {"V1__raw.sql": SCHEMA, "R__x.sql": "select 1;"})
    would = migrations.deploy(found, engine, target, dry_run=True)
    assert paths(would) == ["V1__raw.sql", "R__x.sql"]
    assert [one.seconds for one in would] == [0.0, 0.0]
    assert migrations.deploy(found, engine, target, dry_run=True) == would


def test_a_changed_versioned_script_is_named_and_left_alone(engine: Engine, target: Target) -> None:
    migrations.deploy(write(target, {"V1__raw.sql": SCHEMA}), engine, target)
    warnings: list[str] = []
    found = write(target, {"V1__raw.sql": SCHEMA + TABLE})
    assert migrations.deploy(found, engine, target, warn=warnings.append) == ()
    assert warnings == [
        "migrations/V1__raw.sql: changed since it was deployed, and will not be again"
    ]


def test_a_script_that_came_too_late_is_an_error(engine: Engine, target: Target) -> None:
    migrations.deploy(write(target, {"V2__raw.sql": SCHEMA}), engine, target)
    found = write(target, {"V1.5__late.sql": SCHEMA})
    with pytest.raises(ProjectError, match=r"V1.5__late.sql: will never be deployed"):
        migrations.deploy(found, engine, target)


def test_a_database_that_does_not_exist_is_created(
    snowflake: SnowflakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNOWFLAKE_USER", "newcomer")
    target = Target("dev", "snowflake", "NEWLY_MADE", tmp_path)
    engine = open_engine(target)
    found = write(target, {"V1__raw.sql": SCHEMA + TABLE})
    assert len(migrations.deploy(found, engine, target, dry_run=True)) == 1
    assert len(migrations.deploy(found, engine, target)) == 1
    assert migrations.deploy(found, engine, target) == ()


def test_values_and_quotes_reach_the_history(
    engine: Engine, target: Target, session: Session
) -> None:
    found = write(target, {"V1.0__it's_100%_done.sql": "select 'a;b', '$$', 100 % 7;"})
    migrations.deploy(found, engine, target)
    rows = session.execute("select version, description, script_type from runner.change_history")
    assert rows.rows == [("1.0", "It's 100% done", "V")]


def test_what_schemachange_logs_does_not_reach_the_terminal(
    engine: Engine, target: Target, capfd: pytest.CaptureFixture[str]
) -> None:
    migrations.deploy(write(target, {"V1__raw.sql": SCHEMA}), engine, target)
    with pytest.raises(RunnerError):
        migrations.deploy(write(target, {"V2__bad.sql": "select nothing;"}), engine, target)
    assert capfd.readouterr() == ("", "")


# Failures -------------------------------------------------------------------------------------

HALF = """-- Orders.
{% if note %}
-- {{ note }}
{% endif %}
create schema if not exists raw;
create table if not exists raw.orders (id number, note varchar);
insert into raw.orders values (1, 'a;
b');

-- the next one cannot work
insert into raw.orders
select id from raw.nothing;
insert into raw.orders values (2, 'c');
"""


def test_a_failure_names_the_line_and_the_mended_script_runs_from_its_top(
    engine: Engine, target: Target, session: Session
) -> None:
    found = write(target, {"V1__orders.sql": HALF, "V2__more.sql": SCHEMA}, note="x")
    with pytest.raises(RunnerError, match=r"^migrations/V1__orders.sql:11: .*NOTHING") as failed:
        migrations.deploy(found, engine, target)
    assert "mend it and deploy again" in failed.value.hint
    assert failed.value.exit_code == 1
    assert recorded(session) == [("V1__orders.sql", "Failed")]
    assert session.execute("select count(*) from raw.orders").rows == [(0,)]

    mended = HALF.replace("id from raw.nothing", "3, 'd'")
    found = write(target, {"V1__orders.sql": mended}, note="x")
    assert paths(migrations.deploy(found, engine, target)) == ["V1__orders.sql", "V2__more.sql"]
    assert session.execute("select id, note from raw.orders order by id").rows == [
        (1, "a;\nb"),
        (2, "c"),
        (3, "d"),
    ]


@pytest.mark.parametrize("stop", [Cancelled, KeyboardInterrupt])
def test_a_deployment_that_is_stopped_names_its_script_which_runs_again(
    engine: Engine, target: Target, session: Session, stop: type[BaseException]
) -> None:
    class Stopping(Watched):
        def before(self, sql: str) -> None:
            if "raw.orders" in sql:
                raise stop("SQL execution canceled")

    found = write(target, {"V1__raw.sql": SCHEMA, "V2__orders.sql": TABLE})
    with pytest.raises(ScriptStopped, match=r"^stopped in migrations/V2__orders\.sql\n"):
        migrations.deploy(found, Stopping().over(engine), target)
    assert recorded(session)[0] == ("V1__raw.sql", "Success")
    assert paths(migrations.deploy(found, engine, target)) == ["V2__orders.sql"]


def test_a_syntax_error_is_found_at_its_own_line(engine: Engine, target: Target) -> None:
    text = SCHEMA + "\ncreate table raw.t (\n    id number,\n    note varchar(\n);\n"
    found = write(target, {"V1__t.sql": text})
    with pytest.raises(RunnerError, match=r"^migrations/V1__t.sql:[3-6]: "):
        migrations.deploy(found, engine, target)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"V1_raw.sql": SCHEMA}, r"V1_raw.sql: this is no name of a migration"),
        (
            {"V1__raw.cli.yml": "steps: []"},
            r"V1__raw.cli.yml: runner deploys SQL and runs no command",
        ),
        ({"raw.sql": SCHEMA}, r"raw.sql: this is no name of a migration"),
        (
            {"V1__a.sql": SCHEMA, "x/V1__b.sql": SCHEMA},
            r"x/V1__b.sql: migrations/V1__a.sql has the same version",
        ),
        (
            {"R__a.sql": SCHEMA, "x/r__A.sql": SCHEMA},
            r"x/r__A.sql: migrations/R__a.sql has the same na",
        ),
        ({"R__a.sql": "select 1;\nselect {{ b }};"}, r"R__a.sql:2: 'b' is undefined"),
        ({"R__a.sql": "select 1;\nselect {{ b;"}, r"R__a.sql:2: "),
        ({"R__a.sql": "\n\n{{ env_var('NO_SUCH') }}"}, r"R__a.sql:3: the environment variable NO"),
        (
            {"account/V1__a.sql": SCHEMA, "V2__b.sql": SCHEMA},
            r"V2__b.sql: this script is in neither folder",
        ),
        ({"R__a.sql": "-- nothing\n;"}, r"R__a.sql: has no statement"),
    ],
)
def test_a_script_that_cannot_be_deployed_is_refused_first(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    target = Target("dev", "duckdb", "DEV", tmp_path)
    with pytest.raises(ProjectError, match=message):
        migrations.read(write(target, files), target)


def test_deploying_an_account_without_scripts_is_a_wrong_command(tmp_path: Path) -> None:
    target = Target("dev", "duckdb", "DEV", tmp_path)
    with pytest.raises(UsageError, match="no scripts in migrations/account/"):
        migrations.read(write(target, {"V1__raw.sql": SCHEMA}), target, account=True)


# The decision ---------------------------------------------------------------------------------


def test_deciding_that_nothing_is_to_be_done_imports_no_tool(tmp_path: Path) -> None:
    target = Target("dev", "duckdb", "DEV", tmp_path)
    write(target, {"V1__raw.sql": SCHEMA, "R__{{x}}.sql": "select {{ 1 }};"})
    run = """if True:
        import sys
        from pathlib import Path
        from runner import engines, project
        from runner.deploying import migrations
        found = project.load(Path(sys.argv[1]))
        target = found.target()
        engine = engines.open_engine(target)
        done = migrations.deploy(found, engine, target)
        slow = {"jinja2", "schemachange", "snowflake.connector"}
        print(len(done), *sorted(slow & sys.modules.keys()))
    """
    outputs = [
        subprocess.run(
            [sys.executable, "-c", run, str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert outputs == [["2", "jinja2", "schemachange", "snowflake.connector"], ["0"]]


VERSIONS = st.sampled_from(["1", "1.2", "1.10", "1.9", "2_0", "2a", "10"])
NAMES = st.one_of(
    VERSIONS.map(lambda version: f"V{version}__change.sql"),
    VERSIONS.map(lambda version: f"v{version}__change.sql.jinja"),
    st.sampled_from(["R__one.sql", "r__two.SQL", "A__check.sql", "R__three.a.sql.Jinja"]),
)
TEXTS = st.sampled_from(["select 1", " select 1;\r\n", "select {{ 1 + 1 }}; ", "{# x #}select 1;;"])
PAST = st.lists(st.tuples(NAMES, TEXTS, st.sampled_from(["Success", "Success", "Failed"])))


@pytest.fixture(scope="module")
def in_memory() -> Iterator[Session]:
    with connect() as session:
        yield session


@given(files=st.dictionaries(NAMES, TEXTS, max_size=7), past=PAST)
@settings(max_examples=35, deadline=None)
def test_the_decision_is_schemachanges_own(
    tmp_path_factory: pytest.TempPathFactory,
    in_memory: Session,
    files: dict[str, str],
    past: list[tuple[str, str, str]],
) -> None:
    root = tmp_path_factory.mktemp("decision")
    target = Target("dev", "duckdb", "DB", root)
    folder = root / "migrations"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    found = _project(target)
    _record(in_memory, target, past)
    try:
        ours = migrations.pending(found, in_memory, target)
    except ProjectError:
        with pytest.raises(ValueError, match="exists more than once"):
            _schemachange(in_memory, target)
        return
    assert [script.name for script in ours.scripts] == _schemachange(in_memory, target)


def _project(target: Target) -> Project:
    read = [
        project._read(file, f"migrations/{file.name}", "migrations")
        for file in sorted((target.project_dir / "migrations").iterdir())
    ]
    config = Config("x", "dev", {"dev": TargetConfig("dev", "duckdb", target.database)})
    return Project(target.project_dir, config, tuple(read))


def _record(session: Session, target: Target, past: list[tuple[str, str, str]]) -> None:
    """Put a history into schemachange's table, one second between the rows."""
    deployment.run(session, _order(target))
    session.execute("delete from runner.change_history")
    for second, (name, text, status) in enumerate(past):
        script = name[: -len(".jinja")] if name.lower().endswith(".jinja") else name
        version = name[1:].split("__")[0] if name[0] in "Vv" else ""
        rendered = text.replace("{{ 1 + 1 }}", "2").replace("{# x #}", "").replace("\r\n", "\n")
        session.execute(
            f"insert into runner.change_history values ('{version}', 'x', '{script}', "
            f"'{name[0].upper()}', '{migrations.checksum(rendered)}', 0, '{status}', 'x', "
            f"'2026-01-01 00:00:{second:02}'::timestamp_ltz)"
        )


def _order(target: Target) -> deployment.Order:
    (target.project_dir / "empty").mkdir(exist_ok=True)
    return deployment.Order(target.project_dir, "empty", {}, target.database, "CHANGE_HISTORY")


def _schemachange(session: Session, target: Target) -> list[str]:
    """What schemachange itself would deploy."""
    names: list[str] = []

    class Listening(deployment._DeploySession):
        def apply_change_script(self, script: object, *_: object, **__: object) -> None:
            names.append(script.name)  # type: ignore[attr-defined]

    listening = Listening(deployment._Connection(session), _order(target))
    with deployment._silence():
        schemachange_deploy(
            DeployConfig(
                root_folder=target.project_dir / "migrations",
                change_history_table=listening.change_history_table,
            ),
            listening,
        )
    return names
