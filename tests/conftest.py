"""Fixtures for all tests: a Snowflake server to talk to, and an environment without credentials."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from runner.engines import Engine, Session, Target, open_engine

# Before the connector is imported, which reads this once: no test sees a developer's connections.
TESTS = Path(__file__).parent
HOME = Path(tempfile.mkdtemp(prefix="snowflake-home-"))
for name in [name for name in os.environ if name.startswith("SNOWFLAKE_")]:
    del os.environ[name]
os.environ["SNOWFLAKE_HOME"] = str(HOME)

# A run finds what the one before it found; `HYPOTHESIS_PROFILE=exploring` looks elsewhere.
settings.register_profile("reproducible", deadline=None, derandomize=True)
settings.register_profile("exploring", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "reproducible"))

# A shell's background jobs ignore Ctrl-C, and so would all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class SnowflakeServer:
    """A running fakesnow server (see `tests/fakesnow_server.py`)."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def statements(self) -> list[dict[str, str | None]]:
        """What was sent so far, each with `sql` and `tag`."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def drop_a_session(self, at: int, *, executed: bool) -> None:
        """Drop the session that sends the `at`th statement from now on; 0 drops none."""
        url = f"http://127.0.0.1:{self.port}/faults/drop?at={at}&executed={executed:d}"
        urlopen(Request(url, method="POST")).close()

    def environment(self) -> dict[str, str]:
        """The variables with which the engine finds it."""
        return {
            "SNOWFLAKE_ACCOUNT": "fakesnow",
            "SNOWFLAKE_USER": "tester",
            "SNOWFLAKE_PASSWORD": "sesame",
            "SNOWFLAKE_HOST": "127.0.0.1",
            "SNOWFLAKE_PORT": str(self.port),
            "SNOWFLAKE_PROTOCOL": "http",
        }


def start_snowflake(folder: Path) -> SnowflakeServer:
    """A server of its own, ready to answer; the caller ends its process."""
    log = folder / f"statements-{uuid.uuid4().hex}.jsonl"
    log.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = Path(__file__).parent / "fakesnow_server.py"
    with log.with_suffix(".txt").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, str(script), str(port), str(log)], stdout=output, stderr=output
        )
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail("the fakesnow server ended before it was ready")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return SnowflakeServer(port, log, process)
    process.kill()
    pytest.fail("the fakesnow server did not get ready")


@pytest.fixture(scope="session")
def snowflake_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnowflakeServer]:
    """One server for the whole run; tests use databases of their own."""
    server = start_snowflake(tmp_path_factory.mktemp("fakesnow"))
    yield server
    server.process.terminate()
    server.process.wait(timeout=10)


@pytest.fixture
def snowflake(
    snowflake_server: SnowflakeServer, monkeypatch: pytest.MonkeyPatch
) -> SnowflakeServer:
    """The server, with the environment set so that the engine finds it."""
    for name, value in snowflake_server.environment().items():
        monkeypatch.setenv(name, value)
    return snowflake_server


@pytest.fixture
def snowflake_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of `connections.toml`, empty, and no `SNOWFLAKE_*` variables."""
    yield HOME
    for file in HOME.iterdir():
        file.unlink()


@pytest.fixture(params=["duckdb", "snowflake"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """A new database on either engine, for what must hold on both."""
    if request.param == "snowflake":
        request.getfixturevalue("snowflake")
    return Target("dev", request.param, f"DB_{uuid.uuid4().hex[:8]}".upper(), tmp_path)


@pytest.fixture
def engine(target: Target) -> Iterator[Engine]:
    opened = open_engine(target)
    yield opened
    opened.close()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.session() as opened:
        yield opened


class ByDomain(LoadFileScheduling):
    """One worker runs all tests of a file, and all tests of a domain: what they share is built
    once."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0])
        is_domain = len(file.parts) > 2 and (TESTS / file.parts[1] / "conftest.py").exists()
        return file.parts[1] if is_domain else str(file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByDomain:
    return ByDomain(config, log)
